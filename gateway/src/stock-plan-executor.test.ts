import { buildOperationContext, executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway';
import { SiteReport } from '@ocopea/partition';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { composeHubSchemas } from './compose-hub-schemas.js';
import { ComposedGraph } from './composed-graph.js';
import { EVENT_SOURCE, EventSource, eventPlan } from './event-plan.js';
import { OperationCache, type PreparedOperation } from './operation-cache.js';
import { StockPlanExecutor } from './stock-plan-executor.js';
import { TestHub } from './testing/test-hub.js';
import { testSiteSdl } from './testing/test-site-schema.js';
import { testPrincipal } from './testing/test-fabric.js';

// What this package takes for granted of @apollo/gateway and @apollo/query-planner. When an upgrade makes one of these
// fail, stock-plan-executor.ts and event-plan.ts are the files to look at.

const hub = new TestHub();
const graph = new ComposedGraph(composeHubSchemas({ siteSdl: testSiteSdl, hubSdl: hub.subgraph.sdl, hubMemberSdl: hub.member.sdl }).supergraph);
const executor = new StockPlanExecutor(graph);
const context = { principal: testPrincipal, signal: new AbortController().signal, siteReport: new SiteReport() };

function prepare(source: string): PreparedOperation {
  return new OperationCache({ graph }).prepare(parse(source), undefined) as PreparedOperation;
}

describe('the executor of @apollo/gateway', () => {
  it('is exported beside the class', () => {
    expect(executeQueryPlan).toBeTypeOf('function');
    expect(buildOperationContext).toBeTypeOf('function');
  });

  it('refuses a subscription plan as the planner makes it', async () => {
    const prepared = prepare('subscription { copyProgress { cursor } }');
    await expect(executor.execute({ prepared, variables: {}, dataSources: new Map(), context })).rejects.toThrow(/subscriptions not supported/i);
  });

  it('runs primary and rest of a subscription plan as those of a query', async () => {
    const prepared = prepare('subscription($s: [ID!]) { p: copyProgress(sites: $s) { cursor copy { id pinned } } }');
    expect(prepared.plan.node).toMatchObject({
      kind: 'Subscription',
      primary: { kind: 'Fetch', serviceName: 'site', operationKind: 'subscription', variableUsages: ['s'] },
      rest: { kind: 'Sequence' },
    });
    const plan = eventPlan(prepared, { s: ['east'], unused: 1 });
    expect(plan).toMatchObject({ subgraph: 'site', request: { variables: { s: ['east'] } } });

    const event = { data: { p: { cursor: '7', copy: { __typename: 'Copy', id: 'east.copy.0001', extra: 'not asked for' } } }, errors: undefined };
    const asked: unknown[] = [];
    const dataSources = new Map<string, GraphQLDataSource>([
      [EVENT_SOURCE, new EventSource(event)],
      [
        'hub',
        {
          process: (options) => {
            asked.push(options.request.variables?.['representations']);
            return Promise.resolve({ data: { _entities: [{ pinned: true }] } });
          },
        },
      ],
    ]);
    const result = await executor.execute({ prepared, plan: plan.completion, variables: { s: ['east'] }, dataSources, context });
    expect(result).toEqual({ data: { p: { cursor: '7', copy: { id: 'east.copy.0001', pinned: true } } } });
    expect(asked).toEqual([[{ __typename: 'Copy', id: 'east.copy.0001' }]]);
    expect(event.data.p.copy).not.toHaveProperty('pinned');
  });

  it('says why a value is null that must not be', async () => {
    const prepared = prepare('{ copyStatistics { copies } }');
    const dataSources = new Map([['site', { process: () => Promise.resolve({ data: { copyStatistics: { copies: null } } }) }]]);
    const { data, errors } = await executor.execute({ prepared, variables: {}, dataSources, context });
    expect(data).toEqual({ copyStatistics: null });
    expect(errors).toEqual([expect.objectContaining({ path: ['copyStatistics', 'copies'] })]);
  });
});
