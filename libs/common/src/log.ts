import type { LoggerService } from '@nestjs/common';
import pino, { type DestinationStream, type Logger } from 'pino';
import { plainError, withoutSecrets } from './redaction';
import type { LogLevel } from './service.config';

export type { Logger } from 'pino';

const FLUSH_MS = 100;
/** Bytes that wait for a disk that takes none. */
const MOST_WAITING = 4 * 1024 * 1024;

/** JSON lines on stdout, each with the app's name; secrets are cut out wherever they might slip in. */
export function createLog(app: string, level: LogLevel): Logger {
  const destination = pino.destination({ dest: 1, sync: false, minLength: 15_360, maxLength: MOST_WAITING });
  // A disk that is full of logs is no reason to end: what can't be written waits, and beyond a bound is lost.
  destination.on('error', () => undefined);
  // A buffered line would otherwise wait for 15 KiB of others; unref'd, and the destination flushes itself at exit.
  setInterval(() => destination.flush(), FLUSH_MS).unref();
  return pino(
    {
      level,
      base: { app },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => plainError(error) },
      hooks: { streamWrite: withoutSecrets },
      redact: {
        paths: ['password', 'token', 'accessToken', 'refreshToken', 'key', 'secret', 'headers'],
        censor: '[secret]',
      },
    },
    destination as DestinationStream,
  );
}

/** Nest's own messages in the same stream. What it tells at start, module by module, is of interest only when debugging. */
export function nestLog(log: Logger): LoggerService {
  const at =
    (level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void => {
      const context = rest.at(-1);
      const bindings = typeof context === 'string' ? { context } : {};
      if (message instanceof Error) log[level]({ ...bindings, err: message }, message.message);
      else log[level](bindings, typeof message === 'string' ? message : JSON.stringify(message));
    };
  return {
    log: at('debug'),
    debug: at('debug'),
    verbose: at('trace'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
  };
}
