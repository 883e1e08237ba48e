import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tryListening } from '../databases/ports';
import { cantStart, type Ports } from './apps';

/** Throws one error that names every port that can't be used, the variable that moves it, and who holds it. */
export async function checkPorts(ports: Ports, host: string): Promise<void> {
  const faults: string[] = [];
  for (const [name, port] of Object.entries(ports)) {
    const code = await tryListening(port, host);
    if (code === 'EADDRINUSE') faults.push(`port ${port} is in use${holder(port)}; set ${name} to move it`);
    else if (code === 'EACCES') faults.push(`port ${port} is not allowed for this user; set ${name} to move it`);
    else if (code) faults.push(`port ${port} on ${host}: ${code}; set HOST or ${name}`);
  }
  if (faults.length > 0) throw new Error(cantStart(faults));
}

/** Who listens there, as far as the system tells: Linux does, for processes of the same user. */
function holder(port: number): string {
  if (process.platform !== 'linux') return '';
  const inodes = listeningInodes(port);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!holdsSocket(pid, inodes)) continue;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return ` by process ${pid} (${command.slice(0, 80)})`;
  }
  return '';
}

const LISTENING = '0A';

function listeningInodes(port: number): Set<string> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readText(table).split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(`:${hex}`) && fields[3] === LISTENING && fields[9]) inodes.add(fields[9]);
    }
  }
  return inodes;
}

function holdsSocket(pid: string, inodes: Set<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode !== undefined && inodes.has(inode);
    });
  } catch {
    // Another user's process, or one that has just ended.
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A system without IPv6 has no tcp6.
    return '';
  }
}
