import { beginSpan, beginTrace, endSpan } from '@ocopea/edge';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, it } from 'vitest';
import { TestFabric } from './testing/test-fabric.js';

let fabric: TestFabric;
afterEach(async () => {
  trace.disable();
  await fabric.close();
});

const clientTrace = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${clientTrace}-b7ad6b7169203331-01`;

function collectSpans(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  return exporter;
}

const parentOf = (span: ReadableSpan | undefined, spans: ReadableSpan[]) => spans.find((each) => each.spanContext().spanId === span?.parentSpanContext?.spanId)?.name;

describe('the trace of a request', () => {
  it('has spans for plan, fetches, calls and merging, one below the other, in the trace of the client', async () => {
    const exporter = collectSpans();
    fabric = await TestFabric.start('east', 'west');
    fabric.site('east').addCopy(5);
    const request = beginTrace('query', { traceparent }, {});
    await fabric.ask('{ copies { edges { node { pinned } } } }', {}, undefined, { trace: request });
    endSpan(request);
    // The stock executor makes spans of its own, below nothing; processes drop them.
    const spans = exporter.getFinishedSpans().filter(({ instrumentationScope }) => instrumentationScope.name === 'ocopea');
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([clientTrace]));
    const tree = spans.map((span) => `${parentOf(span, spans) ?? '-'} > ${span.name}`);
    expect(tree.toSorted()).toEqual([
      '- > query',
      'fetch hub > call hub',
      'fetch site > call east',
      'fetch site > call west',
      'fetch site > merge',
      'query > fetch hub',
      'query > fetch site',
      'query > plan',
    ]);
    expect(spans.find(({ name }) => name === 'query')?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  });

  it('goes on at each Site, below the call to it', async () => {
    const exporter = collectSpans();
    fabric = await TestFabric.start('east');
    await fabric.ask('{ copies { totalCount } }', {}, undefined, { trace: beginTrace('query', {}, {}) });
    const call = exporter.getFinishedSpans().find(({ name }) => name === 'call east')!;
    const { traceId, spanId } = call.spanContext();
    expect(fabric.site('east').requests.at(-1)!.headers['traceparent']).toBe(`00-${traceId}-${spanId}-01`);
  });

  it('of a client is passed on to Sites although nothing is collected here, and nothing else of its headers is', async () => {
    fabric = await TestFabric.start('east');
    await fabric.ask('{ copies { totalCount } }', {}, undefined, { trace: beginTrace('query', { traceparent, cookie: 'secret', 'x-forwarded-for': '10.0.0.1' }, {}) });
    const { headers } = fabric.site('east').requests.at(-1)!;
    expect(headers['traceparent']).toBe(traceparent);
    expect(Object.keys(headers).toSorted()).toEqual(['accept', 'authorization', 'connection', 'content-length', 'content-type', 'host', 'traceparent']);
  });

  it('of a subscription has its upstreams, which go on at the Sites, and one event of those that come at once', async () => {
    const exporter = collectSpans();
    fabric = await TestFabric.start('east', 'west');
    const copy = fabric.site('east').addCopy(5);
    const subscription = beginTrace('subscription', { traceparent }, {});
    const left = new AbortController();
    const events = fabric.subscribe('subscription { copyProgress { cursor copy { pinned } } }', {}, left.signal, { trace: subscription });
    const first = events.next();
    await Promise.all([fabric.site('east').streams(1), fabric.site('west').streams(1)]);
    for (let i = 1; i <= 5; i++) fabric.site('east').journal.append(copy.id, i);
    await first;
    for (let i = 2; i <= 5; i++) await events.next();
    left.abort();
    await events.return();
    endSpan(subscription);
    const finished = () => exporter.getFinishedSpans().filter(({ instrumentationScope }) => instrumentationScope.name === 'ocopea');
    await expect.poll(() => finished().filter(({ name }) => name.startsWith('upstream')).length, { timeout: 10_000 }).toBe(3);
    const spans = finished();
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([clientTrace]));
    expect(spans.map((span) => `${parentOf(span, spans) ?? '-'} > ${span.name}`).toSorted()).toEqual([
      '- > subscription',
      'event > fetch hub',
      'fetch hub > call hub',
      'subscription > event',
      'subscription > plan',
      'subscription > upstream east',
      'subscription > upstream hub',
      'subscription > upstream west',
    ]);
    const upstream = spans.find(({ name }) => name === 'upstream east')!.spanContext();
    expect(fabric.site('east').subscriptionExtensions).toContainEqual({ traceparent: `00-${clientTrace}-${upstream.spanId}-01` });
  });

  it('is no trace where nobody collects and the client has none, or one that is not well-formed', async () => {
    fabric = await TestFabric.start('east');
    expect(beginTrace('query', {}, {})).toBeUndefined();
    expect(beginTrace('query', { traceparent: '00-zz-01' }, {})).toBeUndefined();
    expect(beginSpan('plan', undefined, {})).toBeUndefined();
    await fabric.ask('{ copies { totalCount } }');
    expect(fabric.site('east').requests.at(-1)!.headers).not.toHaveProperty('traceparent');
  });

  it('says of a call that failed why', async () => {
    const exporter = collectSpans();
    fabric = await TestFabric.start('east');
    await fabric.site('east').stop();
    await fabric.ask('{ copies { totalCount } }', {}, undefined, { trace: beginTrace('query', {}, {}) });
    expect(exporter.getFinishedSpans().find(({ name }) => name === 'call east')?.status).toMatchObject({ message: 'SITE_UNAVAILABLE' });
  });
});
