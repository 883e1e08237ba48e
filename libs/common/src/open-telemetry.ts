import { HTTP_STATUS } from '@app/contracts';
import {
  context,
  diag,
  DiagLogLevel,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from './domain.errors';
import type { Logger } from './log';
import type { OpenSpan, SpanAttributes, SpanStart, Tracing, TracingConfig } from './trace';

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
  producer: SpanKind.PRODUCER,
} as const;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;
const FLUSH_MS = 1_000;
/** Spans wait so long for others to be sent with. */
const BATCH_MS = 1_000;

/** Spans by OpenTelemetry's own packages, sent by OTLP over HTTP. Loaded only when it is wanted. */
export class OpenTelemetry implements Tracing {
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;

  constructor(app: string, { otlpEndpoint, traceShare }: Readonly<TracingConfig>, log: Logger) {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const tell = (message: string): void => log.warn({ detail: message }, 'tracing has a problem');
    const ignore = (): void => undefined;
    diag.setLogger({ error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
    const exporter = new OTLPTraceExporter({ url: `${otlpEndpoint.replace(/\/+$/, '')}/v1/traces` });
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': `stockwire-${app}`, 'service.namespace': 'stockwire' }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(traceShare) }),
      spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: BATCH_MS })],
    });
    this.tracer = this.provider.getTracer('stockwire');
  }

  here(): string | undefined {
    const span = trace.getActiveSpan();
    return span && traceparentOf(span);
  }

  begin({ name, kind, parent, attributes = {}, at }: SpanStart): OpenSpan {
    const around = parent === undefined ? context.active() : contextOf(parent);
    const options = { kind: KINDS[kind], attributes, ...(at !== undefined && { startTime: at }) };
    return new Begun(this.tracer.startSpan(name, options, around), around);
  }

  async within<T>(start: SpanStart, work: () => Promise<T>): Promise<T> {
    const span = this.begin(start);
    try {
      const result = await span.run(work);
      span.end();
      return result;
    } catch (error) {
      span.end(...failureOf(error));
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.race([this.provider.shutdown().catch(() => undefined), sleep(FLUSH_MS)]);
  }
}

class Begun implements OpenSpan {
  constructor(
    private readonly span: Span,
    private readonly around: Context,
  ) {}

  get traceparent(): string {
    return traceparentOf(this.span);
  }

  run<T>(work: () => T): T {
    return context.with(trace.setSpan(this.around, this.span), work);
  }

  end(attributes: SpanAttributes = {}, failure?: string): void {
    this.span.setAttributes(attributes);
    if (failure !== undefined) this.span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    this.span.end();
  }
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** What cannot be read begins a new trace, as W3C wants it. */
function contextOf(traceparent: string | null): Context {
  const [, traceId = '', spanId = '', flags = '00'] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

/** A refusal is an answer like any other; only what the contract has as 5xx is a failure. */
function failureOf(error: unknown): [SpanAttributes, string?] {
  if (!(error instanceof DomainError))
    return [{ 'error.type': error instanceof Error ? error.name : 'unknown' }, 'failed'];
  const attributes = { 'error.type': error.code };
  return HTTP_STATUS[error.code] < 500 ? [attributes] : [attributes, error.code];
}
