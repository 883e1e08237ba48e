import { ServiceConfig } from './service.config';
import {
  address,
  addresses,
  atLeast,
  ConfigError,
  describeConfig,
  flag,
  loadConfig,
  origins,
  port,
  proxies,
  Setting,
  url,
  whole,
} from './setting.config';

class Sample extends ServiceConfig {
  @Setting({ env: 'SAMPLE_PORT', doc: 'A port.', parse: port })
  samplePort = 6100;

  @Setting({ env: 'SAMPLE_SECRET', doc: 'A secret.', parse: atLeast(4), secret: true })
  secret = '';
}

const good = { INTERNAL_TOKEN: 'x'.repeat(32), MONGODB_URI: 'mongodb://127.0.0.1/x' };

describe('the configuration', () => {
  it('has defaults, and takes what is set over them', () => {
    expect(loadConfig(Sample, good)).toMatchObject({ samplePort: 6100, host: '127.0.0.1' });
    expect(loadConfig(Sample, { ...good, SAMPLE_PORT: ' 7000 ', HOST: '' })).toMatchObject({
      samplePort: 7000,
      host: '127.0.0.1',
    });
  });

  it('tells everything that is wrong in one message, and no secret', () => {
    const load = (): unknown => loadConfig(Sample, { SAMPLE_PORT: '70000', SAMPLE_SECRET: 'abc', LOG_LEVEL: 'loud' });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/SAMPLE_PORT must be a whole number from 1 to 65535, not '70000'/);
    expect(load).toThrow(/LOG_LEVEL must be one of/);
    expect(load).toThrow(/INTERNAL_TOKEN is required/);
    expect(load).toThrow(/MONGODB_URI is required/);
    expect(load).toThrow(/SAMPLE_SECRET must have at least 4 bytes$/m);
  });

  it.each([
    ['INTERNAL_TOKEN', 'change-me-change-me-change-me-change-me'],
    ['SAMPLE_SECRET', 'password'],
    ['MONGODB_URI', 'mongodb://root:example@mongo/x'],
  ])('refuses an example as a secret in production only: %s', (name, value) => {
    const env = { ...good, [name]: value };
    expect(() => loadConfig(Sample, { ...env, NODE_ENV: 'production' })).toThrow(`${name} is an example`);
    expect(() => loadConfig(Sample, env)).not.toThrow();
  });

  it.each([
    ['mongodb://app:pass/word@mongo/x', 'Password contains unescaped characters'],
    ['mongodb://app:password@mongo:99999/x', ''],
    ['mongodb://mongo/x?replicaset=stock&bogus=1', 'bogus'],
    ['mongodb://', ''],
    ['postgres://mongo/x', ''],
  ])('refuses an address of MongoDB that no attempt could reach, with the reason and no secret: %s', (uri, reason) => {
    const load = (): unknown => loadConfig(Sample, { ...good, MONGODB_URI: uri });
    expect(load).toThrow(/MONGODB_URI must be a MongoDB connection string/);
    expect(load).toThrow(reason);
    expect(load).not.toThrow(/pass.?word@/);
  });

  it.each(['mongodb://a,b:27018,c/x?replicaSet=stock', 'mongodb+srv://app:p%2Fw@cluster.example/x', 'mongodb://mongo'])(
    'takes the address of a replica set: %s',
    (uri) => expect(loadConfig(Sample, { ...good, MONGODB_URI: uri })).toMatchObject({ mongodbUri: uri }),
  );

  it('documents itself', () => {
    expect(describeConfig(Sample)).toContainEqual({ env: 'SAMPLE_PORT', default: '6100', doc: 'A port.' });
    expect(describeConfig(Sample)).toContainEqual(
      expect.objectContaining({ env: 'INTERNAL_TOKEN', default: 'required' }),
    );
  });

  it.each([
    [port, '0'],
    [port, '1e3'],
    [whole(0, 5), '-1'],
    [whole(0, 5), '2.5'],
    [flag, 'yes'],
    [addresses, 'nowhere'],
    [addresses, ','],
    [addresses, '127.0.0.1:70000'],
    [addresses, '::1:6101'],
    [address, '10.0.0.5'],
    [origins, 'shop.example.com'],
    [origins, 'https://shop.example.com/'],
    [origins, 'https://Shop.example.com'],
    [proxies, 'nonsense'],
    [proxies, '1'],
    [proxies, '10.0.0.0/33'],
    [url('redis'), 'http://127.0.0.1'],
    [url('redis'), 'redis://:pass/word@cache:6379'],
    [url('http', 'https'), 'http://a b:4318'],
  ])('refuses what does not fit: %p %s', (parse, text) => {
    expect(() => parse(text)).toThrow('must be');
  });

  it('takes addresses of both kinds, origins as browsers send them, and proxies as Fastify knows them', () => {
    expect(addresses('inventory:6101, [::1]:6101')).toEqual(['inventory:6101', '[::1]:6101']);
    expect(origins('https://shop.example, http://127.0.0.1:5173,app://till,')).toHaveLength(3);
    expect(origins('*')).toEqual(['*']);
    expect(proxies('true')).toBe(true);
    expect(proxies('loopback, 10.0.0.0/8,fd00::/8,10.0.0.0/255.0.0.0')).toHaveLength(4);
  });
});
