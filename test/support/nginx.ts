import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { freePort } from './ports';
import { temporaryFolder } from './databases';
import { guardProcess, releaseProcess } from './reaper';
import { until } from './sockets';

const SOURCE = resolve(__dirname, '../../deploy/nginx/stockwire');
const PROGRAM = process.env.NGINX_BIN ?? 'nginx';

/** Whether there is an nginx to try our configuration with: on PATH (also where only root has it), or named by NGINX_BIN. */
export function hasNginx(): boolean {
  return spawnSync(PROGRAM, ['-v'], { env: environment() }).status === 0;
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` };
}

export interface Nginx {
  /** `http://` of the ports without TLS, and of the one that only redirects. */
  gatewayUrl: string;
  notificationUrl: string;
  redirectUrl: string;
  httpsUrl: string;
  /** What `nginx -t` said. */
  checked: { status: number | null; said: string };
  stop(): Promise<void>;
}

/** A real nginx with the files that we deploy, but for ports, paths and the addresses of the replicas. */
export async function startNginx(gateways: number[], notifications: number[]): Promise<Nginx> {
  const folder = await temporaryFolder();
  const ports = { 80: await freePort(), 443: await freePort(), 6100: await freePort(), 6102: await freePort() };
  await mkdir(join(folder, 'certificates'));
  makeCertificate(join(folder, 'certificates'));
  for (const file of await readdir(SOURCE)) {
    const text = await readFile(join(SOURCE, file), 'utf8');
    await writeFile(join(folder, file), adapted(text, folder, ports, { 6100: gateways, 6102: notifications }));
  }
  const main = join(folder, 'nginx.conf');
  await writeFile(main, mainFile(folder));
  const { status, stderr } = spawnSync(PROGRAM, ['-t', '-c', main], { encoding: 'utf8', env: environment() });
  if (status !== 0) throw new Error(stderr);
  const child = spawn(PROGRAM, ['-c', main, '-g', 'daemon off;'], {
    env: environment(),
    stdio: 'ignore',
    detached: true,
  });
  if (child.pid !== undefined) guardProcess(child.pid);
  await until(() => answers(ports[6100]));
  return {
    gatewayUrl: `http://127.0.0.1:${ports[6100]}`,
    notificationUrl: `http://127.0.0.1:${ports[6102]}`,
    redirectUrl: `http://127.0.0.1:${ports[80]}`,
    httpsUrl: `https://127.0.0.1:${ports[443]}`,
    checked: { status, said: stderr },
    stop: () => end(child),
  };
}

type Listening = Record<80 | 443 | 6100 | 6102, number>;

function adapted(text: string, folder: string, ports: Listening, replicas: Record<6100 | 6102, number[]>): string {
  return text
    .replaceAll('/etc/nginx/stockwire', folder)
    .replaceAll(' /certificates', ` ${join(folder, 'certificates')}`)
    .replaceAll(/listen (80|443|6100|6102)\b/g, (_, port: string) => `listen 127.0.0.1:${ports[Number(port) as 80]}`)
    .replaceAll(/^( *server) 127\.0\.0\.1:(6100|6102)(.*)$/gm, (_, server: string, port: string, rest: string) =>
      replicas[Number(port) as 6100].map((one) => `${server} 127.0.0.1:${one}${rest}`).join('\n'),
    );
}

function mainFile(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `pid ${folder}/pid;
error_log ${folder}/error.log warn;
worker_processes 1;
events { worker_connections 512; }
http {
  # As Debian, Ubuntu and nginx.org have it before anything is included: none of it may be there a second time.
  sendfile on; tcp_nopush on; tcp_nodelay on; types_hash_max_size 2048; server_tokens on; keepalive_timeout 65; gzip on;
  ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers on;
  ${temporary.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ')}
  include ${folder}/upstreams.conf;
  include ${folder}/http.conf;
  access_log ${folder}/access.log stockwire;
  include ${folder}/public.conf;
  include ${folder}/direct.conf;
}
`;
}

function makeCertificate(folder: string): void {
  const kind = [
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-subj',
    '/CN=localhost',
  ];
  const files = ['-keyout', join(folder, 'privkey.pem'), '-out', join(folder, 'fullchain.pem')];
  const { status, stderr } = spawnSync('openssl', ['req', ...kind, ...files], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(port, '127.0.0.1', () => settle(true)).once('error', () => settle(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function end(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
  if (child.pid !== undefined) releaseProcess(child.pid);
}
