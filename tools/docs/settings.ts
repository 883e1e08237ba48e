import { describeConfig, type SettingRow } from '@app/common';
import { GatewayConfig } from '../../apps/gateway/src/gateway.config';
import { InventoryConfig } from '../../apps/inventory/src/inventory.config';
import { NotificationConfig } from '../../apps/notification/src/notification.config';
import { MADE, table } from './table';

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

/** What only docker-compose.yml reads. */
const COMPOSE: SettingRow[] = [
  { env: 'APP_MEMORY', default: '768m', doc: 'Memory that each app may use in its container.' },
  { env: 'BACKUP_DIR', default: './backups', doc: 'Folder of the backups; it has to belong to user 65532.' },
  { env: 'BACKUP_KEEP', default: '14', doc: 'Backups that are kept.' },
  { env: 'CERTBOT_EMAIL', default: '', doc: "Whom Let's Encrypt writes to." },
  { env: 'DOMAIN', default: 'localhost', doc: 'Name of this installation, for its certificate.' },
  { env: 'GATEWAY_REPLICAS', default: '1', doc: 'Gateways behind nginx.' },
  { env: 'GRAFANA_PASSWORD', default: '', doc: 'Of the user admin of Grafana, which does not start without it.' },
  { env: 'GRAFANA_PORT', default: '3000', doc: 'Port of Grafana on this machine.' },
  { env: 'INVENTORY_REPLICAS', default: '1', doc: 'Inventories; one is fastest.' },
  {
    env: 'HTTPS_PORT',
    default: '443',
    doc: 'Port of nginx with TLS, for everybody; HTTP_PORT sends to 443 all the same.',
  },
  { env: 'HTTP_PORT', default: '80', doc: "Port of nginx that sends everybody to TLS, and answers Let's Encrypt." },
  {
    env: 'MONGO_CACHE_GB',
    default: '1',
    doc: "Gigabytes of MongoDB's cache; a quarter of the memory of the machine is good.",
  },
  {
    env: 'MONGO_MEMORY',
    default: '2g',
    doc: 'Memory that MongoDB may use in its container: its cache and as much again.',
  },
  {
    env: 'MONGO_PASSWORD',
    default: 'required',
    doc: 'Of the user of the apps in MongoDB. Letters and digits: it stands in a URL.',
  },
  {
    env: 'MONGO_REPLICA_KEY',
    default: 'required',
    doc: 'Shared by the members of the replica set; letters and digits.',
  },
  { env: 'MONGO_ROOT_PASSWORD', default: 'required', doc: 'Of the user root of MongoDB, whom no app knows.' },
  { env: 'NGINX_MEMORY', default: '256m', doc: 'Memory that nginx may use in its container.' },
  { env: 'NOTIFICATION_REPLICAS', default: '1', doc: 'Notification apps behind nginx.' },
  { env: 'PROMETHEUS_PORT', default: '9090', doc: 'Port of Prometheus on this machine.' },
  { env: 'PROMETHEUS_RETENTION', default: '30d', doc: 'How long Prometheus remembers.' },
  { env: 'PUBLISH_ADDRESS', default: '127.0.0.1', doc: 'Address at which 6100 and 6102 are published, without TLS.' },
  { env: 'REDIS_MEMORY', default: '384m', doc: 'Memory that Redis may use in its container.' },
  { env: 'REDIS_PASSWORD', default: 'required', doc: 'Of Redis. Letters and digits: it stands in a URL.' },
  { env: 'REVISION', default: 'unknown', doc: 'The commit that an image is built from; the deployment sets it.' },
  { env: 'VERSION', default: 'local', doc: 'Tag of the images; the deployment sets it.' },
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
  const compose = COMPOSE.map((row) => ({ ...row, apps: ['docker compose'] }));
  return [...found.values(), ...launcher, ...compose].sort((a, b) => a.env.localeCompare(b.env));
}

/** The page of the documentation. */
export function settingsPage(settings: readonly DocumentedSetting[]): string {
  const rows = settings.map(({ env, default: initial, doc, apps }) => {
    const shown = initial === '' ? '' : initial === 'required' ? '**required**' : `\`${initial}\``;
    return [`\`${env}\``, shown, doc, apps.length === APPS.length ? 'all' : apps.join(', ')];
  });
  return `# Settings

Environment variables, also from a file \`.env\` in the project's folder. A bad value stops a process with one message that
lists every bad variable. \`npm start\` makes what is required. ${MADE}

${table(['variable', 'default', 'what it does', 'read by'], rows)}
`;
}

/** What `docker compose` insists on. */
const NEEDED = {
  secrets: [
    'JWT_SECRET',
    'INTERNAL_TOKEN',
    'MONGO_PASSWORD',
    'MONGO_ROOT_PASSWORD',
    'MONGO_REPLICA_KEY',
    'REDIS_PASSWORD',
  ],
  login: ['ADMIN_EMAIL', 'ADMIN_PASSWORD'],
};

/** The example file: everything commented out, since every default is good and what is required is made by the launcher. */
export function exampleFile(settings: readonly DocumentedSetting[]): string {
  const lines = settings.map(({ env, default: initial, doc, apps }) => {
    const value = initial === 'required' || initial.includes(':INVENTORY') ? '' : initial;
    const only = apps[0] === 'docker compose' ? ' (docker compose)' : '';
    return `# ${doc}${only}\n#${env}=${value}\n`;
  });
  return `# Copy to .env and set what you want to be different. With npm start nothing is required. docker compose needs
# ${NEEDED.secrets.join(', ')},
# each the output of \`openssl rand -hex 32\`, and ${NEEDED.login.join(' and ')}: the first login.\n\n${lines.join('\n')}`;
}
