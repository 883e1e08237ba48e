import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A server program that runs on this machine, and where it came from, in words for the person who started it. */
export interface Binary {
  path: string;
  version: string;
  from: string;
}

/** One place to look. It answers with the program, or with the reason why there is none, in a few words. */
export type Source = () => Promise<Binary | string>;

/** Says what one kind of server looks like from outside. */
export interface Program {
  /** The file name, also what people call it. */
  name: string;
  /** The variable that names one, before PATH is searched. */
  variable: string;
  /** Where `--version` says it. */
  versionPattern: RegExp;
  /** Older ones lack something that Stockwire needs. */
  atLeast: string;
}

export interface Search {
  binary?: Binary;
  /** What each place before it answered. */
  passed: string[];
}

/** The first source that has it. The order is the caller's: what the operator set, then what is there, then downloads. */
export async function firstOf(sources: Source[]): Promise<Search> {
  const passed: string[] = [];
  for (const source of sources) {
    const answer = await source();
    if (typeof answer !== 'string') return { binary: answer, passed };
    passed.push(answer);
  }
  return { passed };
}

/** What `--version` says, or why the program can't be used here: another architecture, a missing library, too old. */
export async function probe(program: Program, path: string): Promise<{ version: string } | { fault: string }> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 10_000 });
    const version = program.versionPattern.exec(stdout)?.[1];
    if (!version) return { fault: `${path} does not look like ${program.name}` };
    if (version.localeCompare(program.atLeast, 'en', { numeric: true }) < 0) {
      return { fault: `${path} is version ${version}, at least ${program.atLeast} is needed` };
    }
    return { version };
  } catch (error) {
    const said = (error as { stderr?: string }).stderr || (error as Error).message;
    return { fault: `${path} does not run here (${firstLine(said)})` };
  }
}

/** The program that the operator named. A wrong one is an error: taking another silently would not be what was asked for. */
export function named(program: Program, env: NodeJS.ProcessEnv): Source {
  return async () => {
    const path = env[program.variable];
    if (!path) return `${program.variable} is not set`;
    const result = await probe(program, path);
    if ('fault' in result) throw new Error(`${program.variable}: ${result.fault}`);
    return { path, version: result.version, from: program.variable };
  };
}

export function onPath(program: Program, env: NodeJS.ProcessEnv): Source {
  return async () => {
    const file = process.platform === 'win32' ? `${program.name}.exe` : program.name;
    for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
      const path = join(folder, file);
      if (!(await executable(path))) continue;
      const result = await probe(program, path);
      return 'fault' in result ? result.fault : { path, version: result.version, from: `PATH (${path})` };
    }
    return `no ${program.name} on PATH`;
  };
}

export function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}

async function executable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
