import { trace } from '@opentelemetry/api';

export interface TracingOptions {
  /** Base address of an OTLP receiver; spans go to `/v1/traces` below it. Nothing is collected without one. */
  readonly endpoint: string | undefined;
  /** `service.name` of the spans. */
  readonly serviceName: string;
  /** `service.instance.id`: tells processes of one service apart, for example the id of the Site. */
  readonly instanceId: string;
  readonly version: string;
}

/**
 * Begins to send spans to an OTLP receiver (protocol buffers over HTTP), in batches, bounded, and dropped when the receiver is away.
 * The code that does it is loaded only then. What else is to be said of the receiver comes from the variables of OpenTelemetry that its
 * exporter knows, such as `OTEL_EXPORTER_OTLP_HEADERS`.
 *
 * @returns sends what is left, within two seconds, and stops
 */
export async function startTracing({ endpoint, serviceName, instanceId, version }: TracingOptions): Promise<() => Promise<void>> {
  if (endpoint === undefined) return () => Promise.resolve();
  const [{ OTLPTraceExporter }, { resourceFromAttributes }, { BasicTracerProvider, BatchSpanProcessor }] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace-base'),
  ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: 2_000 });
  const batches = new BatchSpanProcessor(exporter, { maxQueueSize: 4_096, exportTimeoutMillis: 2_000 });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.instance.id': instanceId, 'service.version': version }),
    spanProcessors: [
      {
        onStart: (span, context) => batches.onStart(span, context),
        // Libraries make spans that belong to no request here: the contexts they go by are not kept.
        onEnd: (span) => span.instrumentationScope.name === 'ocopea' && batches.onEnd(span),
        forceFlush: () => batches.forceFlush(),
        shutdown: () => batches.shutdown(),
      },
    ],
  });
  trace.setGlobalTracerProvider(provider);
  return async () => {
    trace.disable();
    // A receiver that is away must not keep the process from stopping.
    await provider.shutdown().catch(() => undefined);
  };
}
