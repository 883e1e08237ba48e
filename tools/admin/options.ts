import { parseArgs } from 'node:util';

export const HELP = `npm run admin -- reset-password --email ana@example.com [--create] [--ask]

Gives a user another password and ends all of the user's sessions, also while Stockwire runs.
  --email   whose
  --create  makes an admin of this e-mail address if there is no such user
  --ask     asks for the password, or reads it from a pipe; without it, one is made and shown once

The database is MONGODB_URI, or the one that \`npm start\` runs from DATA_DIR.`;

export interface Options {
  email: string;
  create: boolean;
  ask: boolean;
}

/** What the command line asks for; undefined when it asks for help. @throws Error that says what is wrong with it */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      email: { type: 'string' },
      create: { type: 'boolean', default: false },
      ask: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || positionals.length === 0) return undefined;
  const [command, ...rest] = positionals;
  if (command !== 'reset-password' || rest.length > 0) throw new Error(`${positionals.join(' ')}: no such command`);
  const email = values.email?.trim().toLowerCase();
  if (!email || !/^[\x21-\x7e]+@[\x21-\x7e]+$/.test(email) || email.length > 254) {
    throw new Error('--email must be an e-mail address');
  }
  return { email, create: values.create, ask: values.ask };
}
