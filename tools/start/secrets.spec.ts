import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSecrets, noteLoginShown } from './secrets';

let dataDir: string;
let file: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'stockwire-secrets-'));
  file = join(dataDir, 'secrets.json');
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('secrets', () => {
  it('are made once and kept', () => {
    const first = loadSecrets(dataDir, {});
    const second = loadSecrets(dataDir, {});
    expect(second).toEqual(first);
    expect(Buffer.byteLength(first.secrets.jwtSecret)).toBeGreaterThanOrEqual(32);
    expect(Buffer.byteLength(first.secrets.internalToken)).toBeGreaterThanOrEqual(32);
    expect(first.secrets.adminPassword.length).toBeGreaterThanOrEqual(12);
  });

  it('ask for the login to be shown until it was, also when the start that made them ended before that', () => {
    const first = loadSecrets(dataDir, {});
    expect(first.showLogin).toBe(true);
    expect(loadSecrets(dataDir, {}).showLogin).toBe(true);
    noteLoginShown(dataDir);
    expect(loadSecrets(dataDir, {})).toEqual({ ...first, showLogin: false });
  });

  it('ask for no login of an older version that has shown it', () => {
    const { secrets } = loadSecrets(dataDir, {});
    const { adminEmail: _, ...older } = secrets;
    writeFileSync(file, JSON.stringify(older));
    expect(loadSecrets(dataDir, {})).toEqual({ secrets, showLogin: false });
  });

  it('are readable by their owner only, also when someone widened that', () => {
    loadSecrets(dataDir, {});
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    loadSecrets(dataDir, {});
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('yield to the environment, which does not change what is kept', () => {
    const kept = loadSecrets(dataDir, {}).secrets;
    const env = { JWT_SECRET: 'a'.repeat(40), ADMIN_EMAIL: 'ana@example.com' };
    const { secrets } = loadSecrets(dataDir, env);
    expect(secrets).toEqual({ ...kept, jwtSecret: env.JWT_SECRET, adminEmail: env.ADMIN_EMAIL });
    expect(loadSecrets(dataDir, {}).secrets).toEqual(kept);
  });

  it('gain what a later version needs, and keep the rest', () => {
    writeFileSync(file, JSON.stringify({ jwtSecret: 'k'.repeat(40) }));
    const { secrets } = loadSecrets(dataDir, {});
    expect(secrets.jwtSecret).toBe('k'.repeat(40));
    expect(loadSecrets(dataDir, {}).secrets).toEqual(secrets);
  });

  it.each(['{"jwtSecret": "ab', '', 'null', '[]', '"x"', '{"jwtSecret": ""}', '{"redisPassword": 5}'])(
    'are not replaced silently when the file is damaged: %j',
    (text) => {
      writeFileSync(file, text);
      expect(() => loadSecrets(dataDir, {})).toThrow('is damaged');
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );
});
