import { describeConfig } from '@app/common';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayConfig } from '../../apps/gateway/src/gateway.config';
import { InventoryConfig } from '../../apps/inventory/src/inventory.config';
import { NotificationConfig } from '../../apps/notification/src/notification.config';
import { NODE_FLAGS } from '../start/apps';

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const APPS = { gateway: GatewayConfig, inventory: InventoryConfig, notification: NotificationConfig };
const names = Object.keys(APPS) as (keyof typeof APPS)[];
const fileOf = (app: string): string => `deploy/systemd/stockwire-${app}.service`;

/** The lines `key=value` of a unit; one key may stand there several times. */
function settingsOf(app: string): [string, string][] {
  const lines = read(fileOf(app))
    .split('\n')
    .filter((line) => /^[A-Z]\w+=/.test(line));
  return lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
}

/** What the guide writes into `/etc/stockwire/<name>`. */
function variablesIn(name: string): string[] {
  const [, text = ''] =
    new RegExp(`tee /etc/stockwire/${name} .*<<END\\n([^]*?)\\nEND$`, 'm').exec(
      read('docs/guides/operate/systemd.md'),
    ) ?? [];
  return text.split('\n').map((line) => line.split('=', 1)[0] ?? '');
}

describe('the units of systemd', () => {
  it.each(names)('run the %s as npm start does, and as nobody who may do anything else', (app) => {
    const settings = settingsOf(app);
    expect(existsSync(join(ROOT, `apps/${app}/src/main.ts`))).toBe(true);
    expect(settings).toEqual(
      expect.arrayContaining([
        ['ExecStart', `/usr/bin/node ${NODE_FLAGS.join(' ')} dist/${app}.js`],
        ['User', 'stockwire'],
        ['NoNewPrivileges', 'yes'],
        ['ProtectSystem', 'strict'],
        ['Restart', 'always'],
        ['KillSignal', 'SIGTERM'],
      ]),
    );
    // An app may take 10 s to end.
    expect(Number(settings.find(([key]) => key === 'TimeoutStopSec')?.[1])).toBeGreaterThan(10);
  });

  it.each(names)(
    'read what the %s can not do without from the files of the guide, and nothing that it does not know',
    (app) => {
      const files = settingsOf(app).filter(([key]) => key === 'EnvironmentFile');
      const given = files.flatMap(([, path]) => variablesIn(path.replace('/etc/stockwire/', '')));
      const known = describeConfig(APPS[app]);
      const required = known.filter((setting) => setting.default === 'required').map(({ env }) => env);
      expect(given).toEqual(expect.arrayContaining(required));
      const all = new Set(names.flatMap((name) => describeConfig(APPS[name]).map(({ env }) => env)));
      expect(given.filter((env) => !all.has(env))).toEqual([]);
    },
  );

  it('are what systemd understands', () => {
    const backup = ['service', 'timer'].map((kind) => `deploy/backup/stockwire-backup.${kind}`);
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...names.map(fileOf), ...backup], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    // Null: there is no systemd here. It also looks whether what is to be run is there, where the guide puts it.
    if (status === null) console.log('skipped, since there is no systemd-analyze: the units are only read');
    else expect(stderr.split('\n').filter((line) => line && !line.includes('is not executable'))).toEqual([]);
  });
});
