import { ROOT_CONTEXT, defaultTextMapGetter, isSpanContextValid, SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

/**
 * The trace that a request belongs to. It goes along with the request as a value: contexts that follow asynchronous calls by themselves
 * cost every request, traced or not.
 */
export interface RequestTrace {
  /** For spans below this one. */
  readonly context: Context;
  /** For the log. */
  readonly traceId: string;
  readonly span: Span;
}

const propagator = new W3CTraceContextPropagator();

/**
 * Begins the span of a request, in the trace of the client when its headers name one
 * (`traceparent`, https://www.w3.org/TR/trace-context/). `undefined` when nobody collects traces and the client has none; a client's
 * trace is passed on even where nothing is collected.
 */
export function beginTrace(name: string, headers: Readonly<Record<string, unknown>>, attributes: Attributes): RequestTrace | undefined {
  const parent = typeof headers['traceparent'] === 'string' ? propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter) : ROOT_CONTEXT;
  return begin(name, parent, SpanKind.SERVER, attributes);
}

/** Begins a span below another. `undefined` below nothing. */
export function beginSpan(name: string, above: RequestTrace | undefined, attributes: Attributes, kind = SpanKind.INTERNAL): RequestTrace | undefined {
  return above && begin(name, above.context, kind, attributes);
}

/** The headers by which another process continues the trace. */
export function traceHeaders(below: RequestTrace | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  if (below) propagator.inject(below.context, headers, { set: (carrier, key, value) => (carrier[key] = value) });
  return headers;
}

/** @param failure - the code of the error; absent when all went well */
export function endSpan(ended: RequestTrace | undefined, failure?: string): void {
  if (!ended) return;
  if (failure !== undefined) ended.span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
  ended.span.end();
}

function begin(name: string, parent: Context, kind: SpanKind, attributes: Attributes): RequestTrace | undefined {
  // The provider is asked each time: a process may begin to collect after this module was loaded.
  const span = trace.getTracer('ocopea').startSpan(name, { kind, attributes }, parent);
  const spanContext = span.spanContext();
  if (!isSpanContextValid(spanContext)) return undefined;
  return { context: trace.setSpan(parent, span), traceId: spanContext.traceId, span };
}
