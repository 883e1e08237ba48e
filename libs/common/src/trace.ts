export type SpanAttributes = Record<string, string | number | boolean>;

export interface SpanStart {
  name: string;
  kind: 'server' | 'client' | 'internal' | 'producer';
  /** What it belongs to, as W3C's `traceparent`; null: a trace of its own; absent: what is under way here. */
  parent?: string | null;
  attributes?: SpanAttributes;
  /** When it began, if that was before now: milliseconds since 1970. */
  at?: number;
}

/** A piece of work in a trace, until it is ended. */
export interface OpenSpan {
  /** For whoever does a part of it elsewhere. */
  readonly traceparent: string;
  /** What `work` begins belongs to this span. */
  run<T>(work: () => T): T;
  /** @param failure why it failed; absent when it did not */
  end(attributes?: SpanAttributes, failure?: string): void;
}

/** Where spans go. There is none unless the operator has named a collector, and then nothing of it is even loaded. */
export interface Tracing {
  begin(start: SpanStart): OpenSpan;
  /** The `traceparent` of what is under way here; undefined outside of any trace. */
  here(): string | undefined;
  /** Does work in a span of its own. */
  within<T>(start: SpanStart, work: () => Promise<T>): Promise<T>;
  /** Sends what there still is, for a second at most. */
  stop(): Promise<void>;
}

export interface TracingConfig {
  otlpEndpoint: string;
  traceShare: number;
}

let current: Tracing | undefined;

/** Undefined when nothing is traced, which is to cost nothing: ask before anything is made up for a span. */
export function tracing(): Tracing | undefined {
  return current;
}

/** From now on spans go there. Once, before the first of them. */
export function traceBy(there: Tracing): void {
  current = there;
}
