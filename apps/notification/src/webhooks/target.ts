import { invalid } from '@app/common';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * The URL that deliveries go to. Decimal, octal and short forms of an address become its usual form here (`http://2130706433` is
 * 127.0.0.1), so that what is checked is what is connected to.
 * @throws DomainError `validation` that names `url`
 */
export function targetOf(text: string, allowPrivate: boolean): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw incomplete();
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw invalid('url', 'must begin with http:// or https://');
  if (url.username !== '' || url.password !== '')
    throw invalid('url', 'must not hold a user or password: it is shown to managers and stands in logs');
  if (url.hash !== '') throw invalid('url', 'must not have a fragment');
  if (!allowPrivate && isInside(hostOf(url))) throw privateTarget();
  return url;
}

const HOST_LENGTH = 253;
const HOST = /^[a-z\d_-]{1,63}(\.[a-z\d_-]{1,63})*$/;

/**
 * The same for what a person has just written: also a host that no name server could know is refused, and what the standard for URLs
 * reads as another one than stands there (`http:///a`, spaces around it).
 * @throws DomainError `validation` that names `url`
 */
export function newTargetOf(text: string, allowPrivate: boolean): URL {
  const url = targetOf(text, allowPrivate);
  if (!/^https?:\/\/[^\s/\\?]+([/?]\S*)?$/i.test(text)) throw incomplete();
  const host = hostOf(url);
  if (isIP(host) === 0 && (host.length > HOST_LENGTH || !HOST.test(host)))
    throw invalid('url', 'must lead to an address or to a name of letters, digits, - and _ between single dots');
  if (url.port === '0') throw invalid('url', 'must have a port from 1 to 65535');
  return url;
}

function incomplete(): Error {
  return invalid('url', 'must be a complete URL, for example https://shop.example.com/hooks');
}

export function privateTarget(): Error {
  return invalid('url', 'must not lead to a private or loopback address (WEBHOOK_ALLOW_PRIVATE)');
}

/** The host without the brackets of an IPv6 address and without the dot of a complete name. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/** Whether the name itself says that it is inside; a name that says nothing is looked up. */
function isInside(host: string): boolean {
  if (isIP(host) !== 0) return !isPublic(host);
  return host === 'localhost' || host.endsWith('.localhost');
}

/** The only part of IPv6 that the internet routes; beyond it are also ways to write IPv4 addresses that no list of ranges names. */
const GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an address is one of the public internet. An IPv4 address in IPv6 clothes is what it is inside. */
export function isPublic(text: string): boolean {
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL);
}
