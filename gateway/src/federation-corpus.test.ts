import { afterAll, describe, expect, it } from 'vitest';
import { CompiledPlanExecutor } from './executor/compiled-plan-executor.js';
import type { PlanExecutorFactory } from './plan-executor.js';
import { StockPlanExecutor } from './stock-plan-executor.js';
import { CorpusGraph } from './testing/corpus/corpus-graph.js';
import { corpus } from './testing/corpus/index.js';

// The test of every executor: whoever writes another one adds it here.
const executors: Readonly<Record<string, PlanExecutorFactory>> = {
  'our own executor': (graph) => new CompiledPlanExecutor(graph),
  'the executor of @apollo/gateway': (graph) => new StockPlanExecutor(graph),
};

describe.each(Object.entries(executors))('%s', (_, executor) => {
  const isStock = executor === executors['the executor of @apollo/gateway'];

  describe.each(corpus.map((each) => [each.title, each] as const))('%s', (_title, corpusCase) => {
    const graph = new CorpusGraph(corpusCase, executor);
    const operations = corpusCase.operations.filter(({ stockDiffers }) => !isStock || stockDiffers === undefined);
    const skipped = corpusCase.operations.filter((operation) => !operations.includes(operation));
    afterAll(() => {
      for (const { title, stockDiffers } of skipped) console.info(`not asked of the stock executor: ${corpusCase.title}: ${title}: ${stockDiffers}`);
    });

    it.each(operations.map((operation) => [operation.title, operation] as const))('%s', async (_operation, operation) => {
      const { data, errors = [] } = await graph.ask(operation);
      expect({ data, errors: errors.map(({ path = [] }) => path.join('.')).toSorted() }).toEqual({ data: operation.data, errors: (operation.errors ?? []).toSorted() });
      if (operation.fetches !== undefined) expect(graph.fetches).toHaveLength(operation.fetches);
    });
  });
});
