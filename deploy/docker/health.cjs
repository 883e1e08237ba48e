// Whether the app in this container can do its work: for Docker, which knows no HTTP probes.
const { get } = require('node:http');

const PORTS = { gateway: 6110, inventory: 6111, notification: 6112 };
const app = process.env.APP ?? 'gateway';
const port = process.env[`${app.toUpperCase()}_OPS_PORT`] || PORTS[app];

get({ host: '127.0.0.1', port, path: '/health/ready', timeout: 2_500 }, ({ statusCode }) =>
  process.exit(statusCode === 200 ? 0 : 1),
)
  .once('timeout', () => process.exit(1))
  .once('error', () => process.exit(1));
