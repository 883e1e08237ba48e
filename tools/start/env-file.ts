import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/**
 * Takes what is unset from the file `.env` of the project: the environment wins over the file.
 * @throws Error that names every line that would set nothing, or something else than it says
 */
export function readEnvFile(root: string, env: NodeJS.ProcessEnv = process.env): void {
  const file = join(root, '.env');
  const bytes = contentOf(file);
  if (!bytes) return;
  const text = asText(bytes);
  const faults = text === undefined ? ['it is not UTF-8: save it as that'] : faultsOf(text);
  if (faults.length > 0) throw new Error(`${file} can't be read:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  for (const [name, value] of Object.entries(parseEnv(text!))) env[name] ??= value;
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} can't be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Without the mark that Windows puts in front, which Node takes for a part of the first name. */
function asText(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const QUOTED = /=[^\S\n]*("[^"]*"|'[^']*'|`[^`]*`)/g;
const ASSIGNMENT = /^(?:export\s+)?[A-Za-z_]\w*\s*=/;

/** Node passes over what it does not understand, without a word. */
function faultsOf(text: string): string[] {
  // What stands in quotes is taken as it is, and may have several lines.
  const bare = text.replace(QUOTED, (whole) => `=${'\n'.repeat(whole.split('\n').length - 1)}`);
  return bare.split('\n').flatMap((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return [];
    if (!ASSIGNMENT.test(line)) return [`line ${index + 1} is not NAME=value`];
    // Here a comment begins, for docker compose it is a part of the value.
    return /^[^#]*[^\s#=]#/.test(line) ? [`line ${index + 1} has a # in its value: put quotes around it`] : [];
  });
}
