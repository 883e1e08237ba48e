import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { metricsPage, namingLabels, type Scrapes } from '../tools/docs/metrics';
import { unpadded } from '../tools/docs/table';
import { APPS } from '../tools/start/apps';
import { startStack, type Stack } from './support/stack';

const ROOT = resolve(__dirname, '..');
const page = (name: string): string => readFileSync(resolve(ROOT, 'docs/reference', name), 'utf8');
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: namingLabels(ROOT) });
});

afterAll(() => stack?.stop());

describe('the reference of the documentation is what npm run docs would write', () => {
  it.each([
    ['openapi.json', '/docs-json'],
    ['asyncapi.json', '/asyncapi.json'],
  ])('%s is what the gateway serves at %s', async (name, path) => {
    const served = (await (await fetch(`${stack.gatewayUrl}${path}`)).json()) as { servers: unknown };
    const kept = JSON.parse(page(name)) as { servers: unknown };
    // Each gateway names its own.
    expect({ ...served, servers: kept.servers }).toEqual(kept);
  });

  it('metrics.md has every metric that the apps serve', async () => {
    if (!stack.redisUrl || process.platform !== 'linux') {
      console.log('skipped, since there are other metrics without Redis, and on another system than Linux');
      return;
    }
    const scrapes = APPS.map(async (app) => [app, await (await fetch(`${stack.opsUrls[app]}/metrics`)).text()]);
    const served = Object.fromEntries(await Promise.all(scrapes)) as Scrapes;
    expect(unpadded(page('metrics.md'))).toBe(unpadded(metricsPage(served)));
  });
});
