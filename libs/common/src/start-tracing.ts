import type { Logger } from './log';
import { traceBy, type TracingConfig } from './trace';

/** Begins to trace, if a collector was named. Before anything else of the process: what was begun earlier is not traced. */
export async function startTracing(app: string, config: Readonly<TracingConfig>, log: Logger): Promise<void> {
  if (config.otlpEndpoint === '') return;
  const { OpenTelemetry } = await import('./open-telemetry.js');
  traceBy(new OpenTelemetry(app, config, log));
  log.info({ share: config.traceShare }, 'requests are traced');
}
