import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** One fault, in a compiled file. */
export interface Slip {
  /** Below `dist`. */
  file: string;
  /** As it stands there, once; and what somebody has made of it. */
  right: string;
  wrong: string;
}

export interface Ran {
  status: number | null;
  output: string;
}

const DIST = resolve(__dirname, '../..');
const BUNDLE = resolve(DIST, '../tools/bundle.mjs');
/** By these a program finds out where the project is. */
const PROJECT_FILES = ['nest-cli.json', 'package.json'];

/** Runs a script of ours in a copy of the built program that has faults in it: what it says, and how it ends. */
export async function runSpoiled(
  slips: readonly Slip[],
  { parts, script, args }: { parts: readonly string[]; script: string; args: readonly string[] },
): Promise<Ran> {
  // Inside the project: the copy needs its packages.
  const folder = mkdtempSync(join(DIST, '../node_modules/.stockwire-plant-'));
  const clear = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', clear);
  try {
    for (const file of PROJECT_FILES) cpSync(join(DIST, '..', file), join(folder, file));
    for (const part of parts) {
      mkdirSync(dirname(join(folder, 'dist', part)), { recursive: true });
      cpSync(join(DIST, part), join(folder, 'dist', part), { recursive: true });
    }
    for (const slip of slips) spoil(join(folder, 'dist'), slip);
    if (parts.includes('apps')) bundle(join(folder, 'dist'));
    return await run([join(folder, 'dist', script), ...args]);
  } finally {
    clear();
    process.off('exit', clear);
  }
}

function run(args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  // It cleans up after itself when it is asked to end.
  const end = (): void => void child.kill('SIGTERM');
  process.once('exit', end);
  return new Promise<Ran>((done, reject) => {
    child.once('error', reject);
    child.once('close', (status) => done({ status, output: said.join('') }));
  }).finally(() => process.off('exit', end));
}

/** What runs is one file for each app, made from those that were copied. */
function bundle(dist: string): void {
  const { status, stderr } = spawnSync(process.execPath, [BUNDLE, dist], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the copy could not be bundled: ${stderr}`);
}

function spoil(dist: string, slip: Slip): void {
  writeFileSync(join(dist, slip.file), spoiled(slip, dist));
}

/** A compiled file with the fault in it. @throws Error when the right place is not there, or not only once */
export function spoiled({ file, right, wrong }: Slip, dist = DIST): string {
  const parts = readFileSync(join(dist, file), 'utf8').split(right);
  if (parts.length !== 2) throw new Error(`${file} has ${right} ${parts.length - 1} times: the plant is out of date`);
  return parts.join(wrong);
}
