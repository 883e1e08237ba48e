import { tmpdir } from 'node:os';
import { appEnvironment, PORTS } from './apps';
import { readSettings } from './settings';

const root = tmpdir();
const secrets = {
  jwtSecret: 'jwt',
  internalToken: 'internal',
  redisPassword: 'redis',
  adminEmail: 'admin@stockwire.local',
  adminPassword: 'password',
};

describe('the settings of a start', () => {
  it('have the documented defaults', () => {
    expect(readSettings(root, [], {})).toMatchObject({ host: '127.0.0.1', ports: PORTS, demo: false });
  });

  it('name everything that is wrong at once', () => {
    const env = { GATEWAY_PORT: 'many', INVENTORY_PORT: '70000', NOTIFICATION_PORT: '6110', INVENTORY_OPS_PORT: '1e4' };
    const start = (): unknown => readSettings(root, ['--fast'], env);
    for (const fault of [
      '--fast: no such option',
      'GATEWAY_PORT: many is not a port',
      'INVENTORY_PORT: 70000 is not a port',
      'NOTIFICATION_PORT and GATEWAY_OPS_PORT are both 6110',
      'INVENTORY_OPS_PORT: 1e4 is not a port',
    ]) {
      expect(start).toThrow(fault);
    }
  });

  it('reach the apps in their environment, over what was set, with the launcher defaults under it', () => {
    const { host, ports, dataDir } = readSettings(root, [], { INVENTORY_PORT: '7001' });
    const base = { WEBHOOK_ALLOW_PRIVATE: 'false', LOG_LEVEL: 'debug', REDIS_URL: 'redis://gone' };
    const env = appEnvironment({ base, host, ports, secrets, dataDir, mongodbUri: 'mongodb://here' });
    expect(env).toMatchObject({
      WEBHOOK_ALLOW_PRIVATE: 'false',
      LOG_LEVEL: 'debug',
      INVENTORY_PORT: '7001',
      INVENTORY_ADDRESSES: '127.0.0.1:7001',
      JWT_SECRET: 'jwt',
      MONGODB_URI: 'mongodb://here',
    });
    // Without Redis there is no address of one: the apps would wait for it.
    expect(env).not.toHaveProperty('REDIS_URL');
  });
});
