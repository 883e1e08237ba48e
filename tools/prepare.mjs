// Brings node_modules and dist up to date, and does nothing when they are. Shared by `npm start` and `npm test`; runs
// before anything is installed, so it is plain JavaScript and imports only what Node brings.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = resolve(fileURLToPath(import.meta.url), '../..');
const OLDEST_NODE = [20, 19];

/** Nest's packages are ES modules that CommonJS loads with require(): older versions of Node refuse that. */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `Stockwire needs Node ${OLDEST_NODE.join('.')} or newer, this is ${version}. Install it from https://nodejs.org`;
}

/** What a build made, of the client too, is no source. */
const MADE = new Set(['dist', 'LICENSE']);

/** One hash over the contents of files and folders: a checkout that changes times but no contents makes nothing stale. */
export function fingerprint(folder, paths) {
  const hash = createHash('sha256');
  const add = (path) => {
    const full = join(folder, path);
    if (!existsSync(full)) return;
    const entries = readdirSyncOrFile(full);
    if (!entries) hash.update(`${path}\0`).update(readFileSync(full)).update('\0');
    else for (const name of entries.filter((name) => !MADE.has(name)).sort()) add(`${path}/${name}`);
  };
  for (const path of paths) add(path);
  return hash.digest('hex');
}

function readdirSyncOrFile(path) {
  try {
    return readdirSync(path);
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/**
 * Whether node_modules is what package-lock.json says, however it came to be: npm keeps its own account of what it
 * installed, and writes it last, so an install that was interrupted doesn't count.
 */
export function installStaleness(folder) {
  const installedFile = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return 'for the first time';
  const { '': _root, ...wanted } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  // A package of a local folder has no integrity.
  const whatIs = (entry) => entry && (entry.integrity ?? entry.resolved ?? entry.version);
  const differs = (path) => whatIs(wanted[path]) !== whatIs(installed[path]);
  // npm writes that account too when it is told to update the lock file only, so the folders have the last word.
  const missing = (path) => !wanted[path].optional && (differs(path) || !existsSync(join(folder, path)));
  const stale = Object.keys(installed).some(differs) || Object.keys(wanted).some(missing);
  return stale ? 'package-lock.json changed' : undefined;
}

export async function install(say) {
  const why = installStaleness(root);
  return !why || step('installing', why, 'npm ci --no-audit --no-fund', say);
}

const SOURCES = ['apps', 'libs', 'tools', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', 'package-lock.json'];

/** Why a build has to run, or undefined. `stamp` holds the fingerprint of the sources that the last one was made from. */
export function buildStaleness(stamp, now) {
  if (!existsSync(stamp)) return 'for the first time';
  return readFileSync(stamp, 'utf8') === now ? undefined : 'sources changed';
}

export async function build(say) {
  const stamp = join(root, 'dist/.stockwire-build');
  const now = fingerprint(root, SOURCES);
  const why = buildStaleness(stamp, now);
  if (!why) return true;
  if (!(await step('building', why, 'npm run --silent build', say))) return false;
  writeFileSync(stamp, now);
  return true;
}

/** Who started us, as it was at the beginning: an orphan has another parent. */
export const parent = process.ppid;
const PARENT_CHECK_MS = 250;

/**
 * Runs a command to its end, or until we are asked to end: then nothing of it is left, and `stopped` says why. In a group of its own,
 * so that all it has started can be ended.
 */
export async function run(command, options) {
  const child = spawn(command, { cwd: root, shell: true, detached: true, ...options.spawn });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', options.sink);
  let stopped = '';
  const stop = (reason) => {
    stopped ||= String(reason);
    signalGroup(child, options.end);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'];
  for (const signal of signals) process.on(signal, stop);
  // npm passes SIGTERM on to its shell only, which dies of it and leaves us at work, unseen.
  const npmEnded = () => process.env.npm_lifecycle_event && process.ppid !== parent;
  const timer = setInterval(() => npmEnded() && stop('npm has ended'), PARENT_CHECK_MS);
  const code = await new Promise((resolve) => child.once('error', resolve).once('close', resolve));
  clearInterval(timer);
  for (const signal of signals) process.off(signal, stop);
  return { code, stopped };
}

async function step(doing, why, command, say) {
  say(`${doing}: ${why}`);
  const start = Date.now();
  let output = '';
  const stdio = ['ignore', 'pipe', 'pipe'];
  // Less would not do: npm waits for its downloads whatever it is told.
  const { code, stopped } = await run(command, { spawn: { stdio }, sink: (text) => (output += text), end: 'SIGKILL' });
  if (stopped) say(`${doing}: stopped (${stopped})`);
  else if (code !== 0) say(`${command} failed:\n${output}`);
  else say(`${doing}: done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return !stopped && code === 0;
}

function signalGroup({ pid }, signal) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Everything that has to be there before compiled code can run. False after a failure that has been reported. */
export async function prepare(say) {
  const tooOld = checkNode();
  if (tooOld) say(tooOld);
  return !tooOld && (await install(say)) && build(say);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (!(await prepare((line) => console.error(line)))) process.exitCode = 1;
}
