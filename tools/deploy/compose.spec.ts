import { describeConfig } from '@app/common';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { GatewayConfig } from '../../apps/gateway/src/gateway.config';
import { InventoryConfig } from '../../apps/inventory/src/inventory.config';
import { NotificationConfig } from '../../apps/notification/src/notification.config';
import { allSettings, exampleFile } from '../docs/settings';

const ROOT = join(__dirname, '../..');

interface Service {
  image?: string;
  environment?: Record<string, string | number>;
  networks?: string[];
  ports?: string[];
  volumes?: string[];
  profiles?: string[];
  restart?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  stop_grace_period?: string;
  dns_opt?: string[];
  mem_limit?: string;
  ulimits?: { nofile?: number };
  healthcheck?: object;
  depends_on?: Record<string, { condition: string }>;
  container_name?: string;
}

const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
const { services, networks } = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean } | null>;
};
const APPS = { gateway: GatewayConfig, inventory: InventoryConfig, notification: NotificationConfig };
const names = Object.keys(APPS) as (keyof typeof APPS)[];

describe('docker-compose.yml', () => {
  it('asks for nothing that .env.example does not tell of', () => {
    const example = exampleFile(allSettings());
    const asked = new Set([...text.matchAll(/(?<!\$)\$\{([A-Z_]+)/g)].map(([, name]) => name ?? ''));
    expect(asked.size).toBeGreaterThan(30);
    expect([...asked].filter((name) => !example.includes(`\n#${name}=`))).toEqual([]);
  });

  it('lets .env set everything that is for docker compose', () => {
    const own = allSettings().filter(({ apps }) => apps[0] === 'docker compose');
    expect(own.map(({ env }) => env).filter((env) => !text.includes(`\${${env}`))).toEqual([]);
  });

  it.each(names)('passes every setting of the %s on, and nothing that it does not know', (app) => {
    const known = describeConfig(APPS[app]).map(({ env }) => env);
    expect(Object.keys(services[app]?.environment ?? {}).sort()).toEqual(known.sort());
  });

  it('runs images of a known version only', () => {
    for (const [name, { image }] of Object.entries(services))
      expect([name, image]).toEqual([
        name,
        expect.stringMatching(/^(stockwire-[a-z]+:\$\{VERSION:-local\}|[^:]+:v?\d+\.\d+[^:]*)$/),
      ]);
  });

  it('opens one door', () => {
    const open = Object.entries(services).filter(([, { ports = [] }]) =>
      ports.some((port) => !port.startsWith('127.0.0.1:')),
    );
    expect(open.map(([name]) => name)).toEqual(['nginx']);
    expect([networks.front?.internal, networks.back?.internal]).toEqual([true, true]);
    for (const database of ['mongo', 'redis']) expect(services[database]?.networks).toEqual(['back']);
  });

  it.each(names)('lets the %s be scaled: no port and no name of its own', (app) => {
    expect(services[app]).not.toHaveProperty('ports');
    expect(services[app]).not.toHaveProperty('container_name');
    expect(services[app]).not.toHaveProperty('hostname');
  });

  it('bounds the memory and the files of all, and starts again what stays', () => {
    for (const [name, { mem_limit: memory, ulimits, restart }] of Object.entries(services)) {
      expect([name, memory, ulimits?.nofile]).toEqual([name, expect.any(String), expect.any(Number)]);
      expect([name, restart]).toEqual([name, name === 'backup' ? 'no' : 'unless-stopped']);
    }
  });

  it('gives nobody more rights than it needs', () => {
    for (const [name, { cap_drop: dropped, security_opt: options }] of Object.entries(services))
      expect([name, dropped, options]).toEqual([name, ['ALL'], ['no-new-privileges:true']]);
    for (const name of [...names, 'mongo', 'redis', 'nginx', 'prometheus'])
      expect([name, services[name]?.read_only]).toEqual([name, true]);
  });

  it('does not wait long for the name of what is gone', () => {
    for (const name of [...names, 'backup']) expect(services[name]?.dns_opt).toEqual(['timeout:1', 'attempts:2']);
  });

  it('has a door that closes before it is killed, whoever stands in it', () => {
    const [, seconds = 0] =
      /worker_shutdown_timeout (\d+)s;/.exec(readFileSync(join(ROOT, 'deploy/nginx/nginx.conf'), 'utf8')) ?? [];
    expect(Number(seconds)).toBeGreaterThan(0);
    expect(Number(seconds)).toBeLessThan(Number.parseInt(services.nginx?.stop_grace_period ?? '', 10) / 2);
  });

  it('starts each when what it needs is healthy', () => {
    const needs = (name: string): string[] => Object.keys(services[name]?.depends_on ?? {});
    expect(needs('inventory')).toEqual(['mongo']);
    expect(needs('gateway')).toEqual(expect.arrayContaining(['mongo', 'redis', 'inventory']));
    expect(needs('nginx')).toEqual(expect.arrayContaining(['gateway', 'notification']));
  });

  it('mounts only files that are there', () => {
    const mounted = Object.values(services).flatMap(({ volumes = [] }) => volumes);
    const files = mounted.filter((volume) => volume.startsWith('./')).map((volume) => volume.split(':')[0] ?? '');
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect(() => readFileSync(join(ROOT, file))).not.toThrow(/ENOENT/);
  });
});
