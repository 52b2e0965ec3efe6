import { buildFederatedSchema, encodeCursor, missingDescriptions, OcopeaError } from '@ocopea/graph';
import { graphql, parse, subscribe, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOperationEngine } from '../create-operation-engine.js';
import { defineOperation } from '../define-operation.js';
import type { OperationEngine } from '../operation-engine.js';
import { RecordingLog, startScratchServer, type ScratchServer } from '../testing/index.js';
import { createOperationsGraph } from './create-operations-graph.js';
import { eventId, seqOfEventId } from './event-id.js';

@ObjectType({ description: 'A Site.' })
@Directive('@key(fields: "id")')
class Site {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

const operationsGraph = createOperationsGraph<{ engine: OperationEngine }>({
  siteType: Site,
  engineOf: ({ engine }) => engine,
  siteOf: () => ({ id: 'oslo' }),
  causeOf: () => ({ kind: 'USER', name: 'admin' }),
});
const { schema, sdl } = buildFederatedSchema({
  resolvers: [...operationsGraph.resolvers],
  referenceResolvers: operationsGraph.referenceResolvers,
  partition: true,
});

const cause = { kind: 'USER', name: 'admin' };
const work = defineOperation<{ fail: boolean }, void>({
  kind: 'work',
  run: async (operation) => {
    await operation.step('move', async ({ progress }) => progress({ bytesDone: 10, bytesTotal: 10 }));
    await operation.step('end', async () => {
      if (operation.input.fail) throw new OcopeaError('CONFLICT', 'it was told to');
    });
  },
});

let server: ScratchServer;
let engine: OperationEngine;
const ids: string[] = [];

beforeAll(async () => {
  server = await startScratchServer();
  engine = await createOperationEngine({ databaseUrl: await server.database(), ownerId: 'oslo', executorId: 'one', log: new RecordingLog(), definitions: [work] });
  for (const fail of [false, true, false, false, true]) {
    const { id } = await engine.start(work, { fail }, { cause });
    await engine.wait(id, { deadlineMs: 20_000 });
    ids.push(id);
  }
});
afterAll(async () => {
  await engine.close();
  await server.close();
});

async function ask<T>(source: string, variableValues: Record<string, unknown> = {}): Promise<T> {
  const { data, errors } = await graphql({ schema, source, variableValues, contextValue: { engine } });
  expect(errors).toBeUndefined();
  return data as T;
}

async function refusal(source: string): Promise<unknown> {
  const { errors } = await graphql({ schema, source, contextValue: { engine } });
  return (errors?.[0]?.originalError as OcopeaError | undefined)?.code;
}

async function listen(of: GraphQLSchema, source: string): Promise<AsyncGenerator<ExecutionResult>> {
  const events = await subscribe({ schema: of, document: parse(source), contextValue: { engine } });
  if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events));
  return events;
}

it('describes everything and carries the partition rules', () => {
  expect(missingDescriptions(schema)).toEqual([]);
  expect(sdl).toMatch(/operations\([^)]*\): OperationConnection @everySite\(merge: CONNECTION\)/s);
  expect(sdl).toMatch(/cancelOperation\([^)]*\): CancelOperationPayload! @oneSite\(by: "input.operationId"\)/s);
  expect(sdl).toMatch(/operationProgress\([^)]*\): OperationProgressEvent! @everySite\(merge: STREAM, narrowedBy: "operationId"\)/s);
});

interface Page {
  readonly operations: { readonly edges: { readonly cursor: string; readonly node: { readonly id: string } }[]; readonly pageInfo: { readonly hasNextPage: boolean }; readonly totalCount: number };
}

it('pages through operations, newest first, without a gap or a repeat', async () => {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: Page = await ask('query ($after: String) { operations(first: 2, after: $after) { totalCount pageInfo { hasNextPage } edges { cursor node { id } } } }', { after });
    expect(page.operations.totalCount).toBe(5);
    seen.push(...page.operations.edges.map(({ node }) => node.id));
    after = page.operations.pageInfo.hasNextPage ? (page.operations.edges.at(-1)?.cursor ?? null) : null;
  } while (after !== null);
  expect(seen).toEqual([...ids].toReversed());
});

it('filters, and shows steps, progress and the error', async () => {
  const { operations } = await ask<{ operations: { edges: { node: object }[] } }>(
    '{ operations(filter: { outcome: FAILED }, orderBy: { field: CREATED_AT, direction: ASC }, first: 1) { edges { node { id kind phase outcome error { code message } progress { bytesDone bytesTotal } steps { name phase attempts progress { bytesDone } } cause { kind name } } } } }',
  );
  expect(operations.edges).toEqual([
    {
      node: {
        id: ids[1],
        kind: 'work',
        phase: 'DONE',
        outcome: 'FAILED',
        error: { code: 'CONFLICT', message: 'it was told to' },
        progress: { bytesDone: 10, bytesTotal: 10 },
        steps: [
          { name: 'move', phase: 'DONE', attempts: 1, progress: { bytesDone: 10 } },
          { name: 'end', phase: 'FAILED', attempts: 1, progress: null },
        ],
        cause,
      },
    },
  ]);
});

it('resolves operations that others refer to, and null for one that is not there', async () => {
  const unknown = 'oslo.operation.019f0000-0000-7000-8000-000000000001';
  const data = await ask<{ _entities: unknown[] }>('query ($r: [_Any!]!) { _entities(representations: $r) { ... on Operation { id outcome } } }', {
    r: [ids[0], unknown, ids[1], ids[0]].map((id) => ({ __typename: 'Operation', id })),
  });
  expect(data._entities).toEqual([{ id: ids[0], outcome: 'SUCCEEDED' }, null, { id: ids[1], outcome: 'FAILED' }, { id: ids[0], outcome: 'SUCCEEDED' }]);
});

it('gives each wrong question its code', async () => {
  const codes = await Promise.all([
    refusal('{ operation(id: "nonsense") { id } }'),
    refusal('{ operation(id: "oslo.copy.019f0000-0000-7000-8000-000000000001") { id } }'),
    refusal('mutation { cancelOperation(input: { operationId: "oslo.operation.019f0000-0000-7000-8000-000000000001" }) { operation { id } } }'),
    refusal(`mutation { cancelOperation(input: { operationId: "${ids[0]}" }) { operation { id } } }`),
    refusal(`mutation { retryOperation(input: { operationId: "${ids[0]}" }) { operation { id } } }`),
    refusal('{ operations(first: 10000) { totalCount } }'),
    refusal('{ operations(after: "nonsense") { totalCount } }'),
    refusal(`{ operations(after: "${encodeCursor({ order: 'createdAt:DESC', sortKey: 'yesterday', id: 'x' })}") { totalCount } }`),
    refusal('{ operations(sites: ["bergen"]) { totalCount } }'),
    refusal('{ events(before: "nonsense") { totalCount } }'),
  ]);
  expect(codes).toEqual([
    'INVALID_ID',
    'WRONG_ID_KIND',
    'NOT_FOUND',
    'OPERATION_NOT_CANCELLABLE',
    'OPERATION_NOT_RETRYABLE',
    'BAD_INPUT',
    'CURSOR_INVALID',
    'CURSOR_INVALID',
    'SITE_UNKNOWN',
    'CURSOR_INVALID',
  ]);
});

it('lists events by time, with ids that sort as they do', async () => {
  const { events } = await ask<{ events: { edges: { cursor: string; node: { id: string; at: string; kind: string; message: string; site: object } }[]; totalCount: number } }>(
    '{ events(first: 4) { totalCount edges { cursor node { id at kind message site { id } } } } }',
  );
  expect(events.edges[0]?.node).toMatchObject({ kind: 'operation.changed', message: 'work failed: it was told to', site: { id: 'oslo' } });
  const eventIds = events.edges.map(({ node }) => node.id);
  expect(eventIds).toEqual([...eventIds].sort().toReversed());
  const next = await ask<{ events: { edges: { node: { id: string } }[] } }>('query ($after: String) { events(first: 1, after: $after) { edges { node { id } } } }', { after: events.edges[1]?.cursor });
  expect(next.events.edges[0]?.node.id).toBe(eventIds[2]);
});

it('streams an operation from its present state to DONE, and resumes behind a cursor', async () => {
  const { id } = await engine.start(work, { fail: false }, { cause });
  await engine.wait(id, { deadlineMs: 20_000 });
  const fields = 'cursor phase outcome step snapshot progress { bytesDone } operation { id outcome }';
  const present = await listen(schema, `subscription { operationProgress(operationId: "${id}") { ${fields} } }`);
  expect((await present.next()).value?.data).toMatchObject({ operationProgress: { phase: 'DONE', outcome: 'SUCCEEDED', snapshot: true, progress: { bytesDone: 10 }, operation: { id, outcome: 'SUCCEEDED' } } });
  await present.return(undefined);

  const all: { cursor: string; phase: string }[] = [];
  const entries = await engine.journal.read({ filter: { operationId: id }, limit: 1 });
  const start = Buffer.from(JSON.stringify([1, 'journal', (entries[0]?.seq ?? 1) - 1])).toString('base64url');
  const replay = await listen(schema, `subscription { operationProgress(operationId: "${id}", after: "${start}") { ${fields} } }`);
  for await (const { data } of replay) {
    all.push((data as { operationProgress: { cursor: string; phase: string } }).operationProgress);
    if (all.at(-1)?.phase === 'DONE') break;
  }
  expect(all[0]).toMatchObject({ phase: 'QUEUED', snapshot: false });
  const rest: unknown[] = [];
  for await (const { data } of await listen(schema, `subscription { operationProgress(operationId: "${id}", after: "${all[2]?.cursor}") { ${fields} } }`)) {
    rest.push((data as { operationProgress: object }).operationProgress);
    if (rest.length === all.length - 3) break;
  }
  expect(rest).toEqual(all.slice(3));
});

it('shows the log of an operation as a list and as a stream that goes on behind a cursor and ends with the last line', async () => {
  const fields = 'cursor level step message isLast';
  const { operation } = await ask<{ operation: { logs: { totalCount: number; pageInfo: { endCursor: string; hasNextPage: boolean }; edges: { node: { cursor: string; message: string } }[] } } }>(
    `query ($id: ID!) { operation(id: $id) { logs(first: 3) { totalCount pageInfo { endCursor hasNextPage } edges { node { ${fields} } } } } }`,
    { id: ids[1] },
  );
  const first = operation.logs.edges.map(({ node }) => node);
  expect(first).toMatchObject([
    { level: 'INFO', step: null, message: 'began', isLast: false },
    { level: 'INFO', step: 'move', message: 'begun', isLast: false },
    { level: 'INFO', step: 'move', message: expect.stringMatching(/^done after/), isLast: false },
  ]);
  expect(operation.logs.pageInfo.hasNextPage).toBe(true);
  const rest = await ask<{ operation: { logs: { edges: { node: object }[] } } }>(`query ($id: ID!, $after: String) { operation(id: $id) { logs(after: $after) { edges { node { ${fields} } } } } }`, {
    id: ids[1],
    after: operation.logs.pageInfo.endCursor,
  });
  const streamed: object[] = [];
  for await (const { data } of await listen(schema, `subscription { operationLogs(operationId: "${ids[1]}", after: "${first[2]?.cursor}") { ${fields} } }`)) {
    streamed.push((data as { operationLogs: object }).operationLogs);
  }
  expect(streamed).toEqual(rest.operation.logs.edges.map(({ node }) => node));
  expect(streamed).toMatchObject([
    { step: 'end', message: 'begun' },
    { level: 'ERROR', step: 'end', message: expect.stringContaining('it was told to (CONFLICT)') },
    { level: 'ERROR', message: 'failed: it was told to (CONFLICT)' },
    { level: 'ERROR', message: 'ended: failed', isLast: true },
  ]);
  expect(first.length + streamed.length).toBe(operation.logs.totalCount);
  const codes = await Promise.all([
    refusal(`{ operation(id: "${ids[1]}") { logs(after: "nonsense") { totalCount } } }`),
    refusal(`{ operation(id: "${ids[1]}") { logs(after: "${encodeCursor({ order: 'seq:ASC', sortKey: 'first', id: 'x' })}") { totalCount } } }`),
  ]);
  expect(codes).toEqual(['CURSOR_INVALID', 'CURSOR_INVALID']);
});

it('makes ids of events that hold their place', () => {
  const id = eventId('oslo', new Date('2026-11-22T10:00:00.000Z'), 123_456_789_012);
  expect(id).toMatch(/^oslo\.event\.[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(seqOfEventId(id)).toBe(123_456_789_012);
});
