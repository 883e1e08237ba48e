import { describeConfig, type SettingRow } from '@app/common';
import { GatewayConfig } from '../../apps/gateway/src/gateway.config';
import { InventoryConfig } from '../../apps/inventory/src/inventory.config';
import { NotificationConfig } from '../../apps/notification/src/notification.config';

const APPS = [
  ['gateway', GatewayConfig],
  ['inventory', InventoryConfig],
  ['notification', NotificationConfig],
] as const;

/** What only the launcher reads. */
const LAUNCHER: SettingRow[] = [
  { env: 'DATA_DIR', default: './data', doc: 'Databases, secrets and logs of `npm start`.' },
  { env: 'MONGOD_BIN', default: '', doc: 'The mongod that `npm start` is to use.' },
  { env: 'REDIS_SERVER_BIN', default: '', doc: 'The redis-server that `npm start` is to use.' },
];

type DocumentedSetting = SettingRow & { apps: string[] };

/** Every variable once, with the apps that read it. */
export function allSettings(): DocumentedSetting[] {
  const found = new Map<string, DocumentedSetting>();
  for (const [app, config] of APPS) {
    for (const row of describeConfig(config)) {
      const known = found.get(row.env);
      if (known) known.apps.push(app);
      else found.set(row.env, { ...row, apps: [app] });
    }
  }
  const launcher = LAUNCHER.map((row) => ({ ...row, apps: ['npm start'] }));
  return [...found.values(), ...launcher].sort((a, b) => a.env.localeCompare(b.env));
}

/** The page of the documentation. */
export function settingsPage(settings: readonly DocumentedSetting[]): string {
  const rows = settings.map(({ env, default: initial, doc, apps }) => {
    const shown = initial === '' ? '' : initial === 'required' ? '**required**' : `\`${initial}\``;
    return `| \`${env}\` | ${shown} | ${doc.replaceAll('|', '\\|')} | ${apps.length === APPS.length ? 'all' : apps.join(', ')} |`;
  });
  return `# Settings

Environment variables, also from a file \`.env\` in the project's folder. A bad value stops a process with one message that
lists every bad variable. \`npm start\` makes what is required. This page is made from the config classes by \`npm run docs\`.

| variable | default | what it does | read by |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** The example file: everything commented out, since every default is good and what is required is made by the launcher. */
export function exampleFile(settings: readonly DocumentedSetting[]): string {
  const lines = settings.map(
    ({ env, default: initial, doc }) =>
      `# ${doc}\n#${env}=${initial === 'required' || initial.includes(':INVENTORY') ? '' : initial}\n`,
  );
  return `# Copy to .env and set what you want to be different. With npm start nothing is required; with docker compose:\n# JWT_SECRET, INTERNAL_TOKEN, REDIS_PASSWORD, ADMIN_EMAIL and ADMIN_PASSWORD.\n\n${lines.join('\n')}`;
}
