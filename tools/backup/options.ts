import { parseArgs } from 'node:util';

export const HELP = `npm run backup  -- [--to <folder>] [--keep <number>]
npm run backup  -- --check <backup>
npm run restore -- <backup> [--to-position <number>] [--replace <database>]

Backs up the database as of one position of the ledger, while everything goes on; or restores one into an empty database,
makes the projections anew, verifies everything, and gives the ledger a new epoch, so that whoever follows it starts anew.

  --to           folder of the backups (./backups); each is a folder in it that has its name only when it is complete
  --keep         afterwards the oldest backups beyond this number are removed
  --check        reads a backup from end to end: checksums, documents, positions, hash chain
  --to-position  restores only up to this position, or the last whole operation before it
  --replace      the name of the database, to have everything in it deleted before. Stop the apps first

The database is MONGODB_URI, or the one that \`npm start\` runs from DATA_DIR.`;

export type Options =
  | { command: 'help' }
  | { command: 'backup'; to: string; keep?: number }
  | { command: 'check'; folder: string }
  | { command: 'restore'; folder: string; toPosition?: number; replace?: string };

/** What the command line asks for. @throws Error that says what is wrong with it */
export function readOptions([command, ...args]: readonly string[]): Options {
  if (command === 'restore') return restoreOptions(args);
  if (command !== 'backup') return { command: 'help' };
  const { values } = parseArgs({
    args,
    options: {
      to: { type: 'string', default: 'backups' },
      keep: { type: 'string' },
      check: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return { command: 'help' };
  if (values.check !== undefined) return { command: 'check', folder: values.check };
  const keep = numberOf('--keep', values.keep, 1);
  return { command: 'backup', to: values.to, ...(keep !== undefined && { keep }) };
}

function restoreOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'to-position': { type: 'string' }, replace: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [folder, ...more] = positionals;
  if (values.help) return { command: 'help' };
  // Not the help, which ends well: a script whose variable is empty would take nothing for a restore.
  if (folder === undefined)
    throw new Error('Name the backup to restore: npm run restore -- <backup>; --help tells more.');
  if (more.length > 0) throw new Error(`One backup at a time, not also ${more.join(' ')}.`);
  const toPosition = numberOf('--to-position', values['to-position'], 0);
  return {
    command: 'restore',
    folder,
    ...(toPosition !== undefined && { toPosition }),
    ...(values.replace !== undefined && { replace: values.replace }),
  };
}

function numberOf(name: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
    throw new Error(`${name} must be a whole number from ${least} up, not '${text}'`);
  return value;
}
