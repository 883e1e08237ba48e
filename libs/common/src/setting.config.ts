import { isIP } from 'node:net';
import { isKnownToAll } from './known-secrets';

/** Turns the text of an environment variable into its value, or throws an Error whose message says what would be right. */
export type Parse<T> = (text: string) => T;

export interface SettingOptions<T> {
  env: string;
  /** One sentence for the table in the documentation. */
  doc: string;
  parse: Parse<T>;
  /** There is no default: the process does not start without it. */
  required?: boolean;
  /** Never printed. */
  secret?: boolean;
  /** How the documentation shows the default, where the initial value would not say it. */
  shownDefault?: string;
}

interface Setting extends SettingOptions<unknown> {
  key: string;
}

const settings = new Map<object, Setting[]>();

/** Declares a member of a config class: its variable, its documentation and how its text is read. The initial value is the default. */
export function Setting<T>(options: SettingOptions<T>): PropertyDecorator {
  return (prototype, key) => {
    const own = settings.get(prototype) ?? [];
    own.push({ ...options, key: String(key) });
    settings.set(prototype, own);
  };
}

function settingsOf(type: new () => object): Setting[] {
  const found: Setting[] = [];
  for (let prototype: object | null = type.prototype; prototype; prototype = Object.getPrototypeOf(prototype)) {
    found.unshift(...(settings.get(prototype) ?? []));
  }
  return found;
}

/** All that is wrong with the environment, in one message. */
export class ConfigError extends Error {
  constructor(readonly faults: string[]) {
    super(`The configuration is not valid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/**
 * Reads a config class from the environment. An empty variable counts as unset, since compose files pass those.
 * @throws ConfigError that lists every bad variable
 */
export function loadConfig<T extends object>(type: new () => T, env: NodeJS.ProcessEnv = process.env): Readonly<T> {
  const config = new type() as T & Record<string, unknown>;
  const faults: string[] = [];
  for (const { env: name, key, parse, required, secret } of settingsOf(type)) {
    const text = env[name]?.trim();
    if (!text) {
      if (required) faults.push(`${name} is required`);
      continue;
    }
    if (secret && env.NODE_ENV === 'production' && isKnownToAll(text)) {
      faults.push(`${name} is an example that everybody knows; production needs one of its own: openssl rand -hex 32`);
      continue;
    }
    try {
      (config as Record<string, unknown>)[key] = parse(text);
    } catch (error) {
      faults.push(`${name} ${(error as Error).message}${secret ? '' : `, not '${text}'`}`);
    }
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config);
}

/** A row of the documentation's table. */
export interface SettingRow {
  env: string;
  default: string;
  doc: string;
}

/** The settings of a config class, for the documentation. */
export function describeConfig(type: new () => object): SettingRow[] {
  const defaults = new type() as Record<string, unknown>;
  return settingsOf(type).map(({ env, key, doc, required, shownDefault }) => ({
    env,
    default: shownDefault ?? (required ? 'required' : shown(defaults[key])),
    doc,
  }));
}

function shown(value: unknown): string {
  if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return '';
  return Array.isArray(value) ? value.join(',') : String(value as string | number | boolean);
}

export function whole(min: number, max: number): Parse<number> {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new Error(`must be a whole number from ${min} to ${max}`);
    return value;
  };
}

/** 0 to 1. */
export function share(text: string): number {
  const value = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || value > 1) throw new Error('must be a number from 0 to 1');
  return value;
}

export const port = whole(1, 65_535);

export function flag(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new Error('must be true or false');
  return text === 'true';
}

export function atLeast(bytes: number): Parse<string> {
  return (text) => {
    if (Buffer.byteLength(text) < bytes) throw new Error(`must have at least ${bytes} bytes`);
    return text;
  };
}

export function oneOf<T extends string>(...values: T[]): Parse<T> {
  return (text) => {
    const found = values.find((value) => value === text);
    if (found === undefined) throw new Error(`must be one of ${values.join(', ')}`);
    return found;
  };
}

export function list(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
}

export function url(...protocols: string[]): Parse<string> {
  return (text) => {
    if (!protocols.some((protocol) => text.startsWith(`${protocol}://`)) || !URL.canParse(text) || text.length < 10) {
      throw new Error(`must be a URL that begins with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`);
    }
    return text;
  };
}

/** An IPv6 address stands in brackets, as in a URL. */
function isAddress(text: string): boolean {
  const [, digits] = /^(?:\[[\da-f:.]+\]|[^\s:[\]]+):(\d{1,5})$/i.exec(text) ?? [];
  return digits !== undefined && Number(digits) >= 1 && Number(digits) <= 65_535;
}

export function address(text: string): string {
  if (!isAddress(text)) throw new Error('must be host:port');
  return text;
}

/** `host:port` entries. */
export function addresses(text: string): string[] {
  const found = list(text);
  if (found.length === 0 || !found.every(isAddress)) throw new Error('must be a list of host:port');
  return found;
}

/** As browsers send them, letter for letter: what they would never send is a mistake, and lets nobody in. */
export function origins(text: string): string[] {
  const found = list(text);
  const isOrigin = (entry: string): boolean =>
    /^https?:/i.test(entry)
      ? URL.canParse(entry) && new URL(entry).origin === entry
      : /^(\*|null|[a-z][a-z\d+.-]*:\/\/[^\s/?#]+)$/.test(entry);
  if (!found.every(isOrigin)) throw new Error('must be * or a list such as https://shop.example.com, without a path');
  return found;
}

const NETWORKS = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** Whether Fastify takes it for a proxy: a name of its own, an address, or a network with its bits or its IPv4 mask. */
function isNetwork(text: string): boolean {
  const [host = '', bits, ...more] = text.split('/');
  const version = isIP(host);
  if (NETWORKS.has(text)) return true;
  if (version === 0 || more.length > 0) return false;
  if (bits === undefined || (version === 4 && isIP(bits) === 4)) return true;
  return /^\d+$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128);
}

/** Which proxies are believed. */
export function proxies(text: string): boolean | string[] {
  if (text === 'true' || text === 'false') return text === 'true';
  const found = list(text);
  if (!found.every(isNetwork))
    throw new Error(
      `must be true, false, or a list of addresses, networks such as 10.0.0.0/8, ${[...NETWORKS].join(', ')}`,
    );
  return found;
}

export function text(value: string): string {
  return value;
}
