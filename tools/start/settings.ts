import { resolve } from 'node:path';
import { cantStart, PORTS, type Ports } from './apps';
import { readEnvFile } from './env-file';

export interface Settings {
  /** The project's folder. */
  root: string;
  dataDir: string;
  host: string;
  ports: Ports;
  demo: boolean;
}

export const HELP = `npm start            starts Stockwire: databases, inventory, gateway, notification
npm start -- --demo  the same, then loads the bundled retail data and shows live events
npm start -- --help  this

Ctrl-C stops everything; data stays in DATA_DIR (./data). Settings are environment variables, also from a file .env here;
README.md has the table.`;

export function dataDirOf(root: string, env: NodeJS.ProcessEnv): string {
  return resolve(root, env.DATA_DIR || 'data');
}

/** Reads `.env`, the environment and the arguments. Throws one error that names everything that is wrong. */
export function readSettings(root: string, args: readonly string[], env: NodeJS.ProcessEnv): Settings {
  readEnvFile(root, env);
  const faults = args.filter((arg) => arg !== '--demo').map((arg) => `${arg}: no such option`);
  const ports = { ...PORTS } as Ports;
  for (const name of Object.keys(ports) as (keyof Ports)[]) {
    const text = env[name];
    if (!text) continue;
    const port = Number(text);
    if (/^\d+$/.test(text.trim()) && port >= 1 && port <= 65_535) ports[name] = port;
    else faults.push(`${name}: ${text} is not a port (1 to 65535)`);
  }
  faults.push(...sharedPorts(ports));
  if (faults.length > 0) throw new Error(cantStart(faults));
  return {
    root,
    dataDir: dataDirOf(root, env),
    host: env.HOST || '127.0.0.1',
    ports,
    demo: args.includes('--demo'),
  };
}

function sharedPorts(ports: Ports): string[] {
  const entries = Object.entries(ports);
  return entries.flatMap(([name, port], index) => {
    const other = entries.slice(index + 1).find(([, another]) => another === port);
    return other ? [`${name} and ${other[0]} are both ${port}`] : [];
  });
}
