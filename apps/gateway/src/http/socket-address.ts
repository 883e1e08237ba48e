import type { GatewayConfig } from '../gateway.config';

type Addresses = Pick<GatewayConfig, 'port' | 'notificationPort' | 'publicSocketUrl'>;

const HOST = /^(?<name>[a-z0-9.-]+|\[[0-9a-f:.]+\])(:(?<port>\d{1,5}))?$/i;

/**
 * Where a browser that asked for `host` reaches the sockets: a URL, without its scheme where that is the page's own. Who came to
 * the gateway's own port finds the notification app beside it; any other port is that of a proxy, which serves both.
 */
export function socketUrl({ port, notificationPort, publicSocketUrl }: Readonly<Addresses>, host: string): string {
  if (publicSocketUrl) return publicSocketUrl;
  const { name, port: asked } = HOST.exec(host)?.groups ?? {};
  // What is no name of a host must not get into the policy of a page.
  if (name === undefined) return `//127.0.0.1:${notificationPort}`;
  return Number(asked ?? 0) === port ? `//${name}:${notificationPort}` : `//${host}`;
}
