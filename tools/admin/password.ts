import { LIMITS } from '@app/contracts';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks without showing what is typed. Never an argument: those stand in the list of processes and in the shell's history. */
export async function askPassword(): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = process.stdin.isTTY;
  const lines = createInterface({ input: process.stdin, output: silent, terminal });
  try {
    if (terminal) process.stderr.write('New password: ');
    const [line = ''] = await firstOf(lines);
    if (terminal) process.stderr.write('\n');
    return checked(line);
  } finally {
    lines.close();
  }
}

async function firstOf(lines: AsyncIterable<string>): Promise<string[]> {
  for await (const line of lines) return [line];
  return [];
}

/** Held to the rules that a client's new password is held to. */
export function checked(text: string): string {
  const password = text.normalize('NFC');
  const { length } = Array.from(password);
  const { passwordMin, passwordMax } = LIMITS;
  // oxlint-disable-next-line no-control-regex -- refusing these is what the expression is for
  if (length >= passwordMin && length <= passwordMax && !/[\u0000-\u001f\u007f-\u009f]/.test(password)) return password;
  throw new Error(`A password has ${passwordMin} to ${passwordMax} characters, and no control characters.`);
}
