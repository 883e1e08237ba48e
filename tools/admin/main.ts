import 'reflect-metadata';
import { resolve } from 'node:path';
import { findDatabase } from './database';
import { HELP, readOptions } from './options';
import { makePassword } from '../start/secrets';
import { askPassword } from './password';
import { reset } from './reset';

/** `npm run admin`: what the operator can do to an installation without being logged in. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    console.log(HELP);
    return;
  }
  const { email, create, ask } = options;
  const uri = findDatabase(resolve(__dirname, '../../..'), process.env);
  const password = ask ? await askPassword() : makePassword();
  console.log(await reset(uri, { email, password, create }));
  if (!ask) console.log(`Password: ${password}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
