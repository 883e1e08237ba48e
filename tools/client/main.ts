import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTypes, { astToString } from 'openapi-typescript';
import { clientDocument, keyedRoutes } from './document';

// A field with a default may be left out of a request.
const OPTIONS = { alphabetize: true, defaultNonNullable: false, silent: true };

/** Makes the generated files of the client from the documents. With --check it only says whether they are up to date. */
async function main(): Promise<void> {
  const document = await clientDocument();
  // oxlint-disable-next-line typescript/no-unsafe-call -- its types lean on TypeScript 5, which the linter does not know.
  const types: string = astToString(await openapiTypes(JSON.stringify(document), OPTIONS));
  const routes = keyedRoutes(document)
    .sort()
    .map((route) => `  '${route}',\n`)
    .join('');
  const note = '// Made by `npm run client` from the OpenAPI and AsyncAPI documents: not to be edited.\n';
  const files = {
    'schema.ts': `${note}\n${types}`,
    'keyed.ts': `${note}\n/** Routes that an Idempotency-Key makes safe to repeat. */\nexport const KEYED: ReadonlySet<string> = new Set([\n${routes}]);\n`,
  };
  for (const [name, content] of Object.entries(files)) {
    const path = join(process.cwd(), 'libs/client/src', name);
    if (!process.argv.includes('--check')) writeFileSync(path, content);
    else if (readFileSync(path, 'utf8') !== content) {
      console.error(`libs/client/src/${name} is not what the documents say: npm run client`);
      process.exitCode = 1;
    }
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
