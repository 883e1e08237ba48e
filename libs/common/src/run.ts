import type { Logger } from './log';
import { ConfigError } from './setting.config';

/**
 * Runs a process's `main`. A bad configuration ends it with the list of what is bad, anything else with its reason; a promise
 * that nobody awaited is a bug and ends it too, since what it left undone is unknown.
 */
export function run(main: () => Promise<void>, log?: Logger): void {
  const fail = (error: unknown): void => {
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    else if (log) log.fatal({ err: error }, 'ended by a failure');
    else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
    // Leaves the log its last lines.
    setTimeout(() => process.exit(1), 150);
  };
  process.on('unhandledRejection', fail);
  process.on('uncaughtException', fail);
  main().catch(fail);
}
