import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = join(__dirname, '../../deploy/nginx/certificate.sh');

describe('deploy/nginx/certificate.sh', () => {
  let bin: string;

  beforeEach(() => (bin = mkdtempSync(join(tmpdir(), 'certbot-'))));
  afterEach(() => rmSync(bin, { recursive: true }));

  function obtain(certbot: string): { status: number | null; stderr: string } {
    writeFileSync(join(bin, 'certbot'), `#!/bin/sh\n${certbot}\n`);
    chmodSync(join(bin, 'certbot'), 0o755);
    const env = { PATH: `${bin}:${process.env.PATH}`, DOMAIN: 'stock.example.com', CERTBOT_EMAIL: 'you@example.com' };
    return spawnSync('sh', [SCRIPT, 'obtain', '--dry-run'], { env, encoding: 'utf8' });
  }

  it('is content with a dry run, which leaves no certificate', () => {
    expect(obtain('test "$1" = certonly')).toMatchObject({ status: 0, stderr: '' });
  });

  it('fails where certbot does', () => {
    expect(obtain('exit 1').status).toBe(1);
  });
});
