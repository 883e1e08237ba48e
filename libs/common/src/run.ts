import type { Logger } from './log';
import type { OpsServer } from './ops.server';
import { withoutSecrets } from './redaction';
import { ConfigError } from './setting.config';

/** What asks a process to end. The others keep their own meaning: a profiler's SIGUSR2 is no order to stop. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What Nest's applications have of this; its own type would bind this library to one kind of them. */
interface Stoppable {
  enableShutdownHooks(signals: string[], options: { useProcessExit: boolean }): unknown;
}

/** Ends the process in order when it is asked to, not ready from that moment on: by exit and not by the signal once more, so that the log has its last lines. */
export function endOnSignals(app: Stoppable, log: Logger, ops: Pick<OpsServer, 'leave'>): void {
  for (const signal of STOP_SIGNALS) process.once(signal, () => ops.leave());
  app.enableShutdownHooks([...STOP_SIGNALS], { useProcessExit: true });
  // Before the log's own listener, which writes out what there is.
  process.prependOnceListener('exit', (code) => log.info({ code }, 'stopped'));
}

/**
 * Runs a process's `main`. A bad configuration ends it with the list of what is bad, anything else with its reason; a promise
 * that nobody awaited is a bug and ends it too, since what it left undone is unknown.
 */
export function run(main: () => Promise<void>, log?: Logger): void {
  const fail = (error: unknown): void => {
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    else if (log) log.fatal({ err: error }, 'ended by a failure');
    else
      process.stderr.write(
        `${withoutSecrets(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
      );
    process.exitCode = 1;
    // Leaves the log its last lines.
    setTimeout(() => process.exit(1), 150);
  };
  process.on('unhandledRejection', fail);
  process.on('uncaughtException', fail);
  main().catch(fail);
}
