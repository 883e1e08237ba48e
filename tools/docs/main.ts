import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentOf } from '../../apps/gateway/src/http/openapi';
import { endOnSignals, Stack } from '../bench/stack';
import { APPS, opsUrl } from '../start/apps';
import { gatewayPreview } from './gateway';
import { generated, json } from './generated';
import { metricsPage, namingLabels, type Scrapes } from './metrics';

/** Writes the parts of the documentation that are made from code; specs fail when they are not up to date. */
async function main(): Promise<void> {
  endOnSignals();
  const root = process.cwd();
  const write = (path: string, content: string): void => writeFileSync(join(root, path), content);
  for (const [path, content] of Object.entries(await generated())) write(path, content);
  write('docs/reference/openapi.json', json(documentOf(await gatewayPreview())));
  write('docs/reference/metrics.md', metricsPage(await scrapes(root)));
}

/** Metrics are registered where they are counted: only an app that runs has all of them. */
async function scrapes(root: string): Promise<Scrapes> {
  const stack = await Stack.start({ env: namingLabels(root), say: console.log });
  try {
    const found = await Promise.all(
      APPS.map(async (app) => [app, await (await fetch(`${opsUrl(app, stack.env)}/metrics`)).text()] as const),
    );
    return Object.fromEntries(found) as Scrapes;
  } finally {
    await stack.stop();
  }
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
