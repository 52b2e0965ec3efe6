import { describe, expect, it } from 'vitest';
import { CompiledPlanExecutor } from './executor/compiled-plan-executor.js';
import type { PlanExecutorFactory } from './plan-executor.js';
import { StockPlanExecutor } from './stock-plan-executor.js';
import type { CorpusOperation } from './testing/corpus/corpus-case.js';
import { CorpusGraph } from './testing/corpus/corpus-graph.js';
import { corpus } from './testing/corpus/index.js';

// The test of every executor: whoever writes another one adds it here.
const stock: PlanExecutorFactory = (graph) => new StockPlanExecutor(graph);
const executors: readonly [string, PlanExecutorFactory][] = [
  ['our own executor', (graph) => new CompiledPlanExecutor(graph)],
  ['the executor of @apollo/gateway', stock],
];

async function outcome(graph: CorpusGraph, operation: CorpusOperation): Promise<{ answered: object; expected: object }> {
  const { data, errors = [] } = await graph.ask(operation);
  const paths = errors.map(({ path = [] }) => path.join('.')).toSorted();
  return {
    answered: { data, errors: paths, fetches: graph.fetches.length },
    expected: { data: operation.data, errors: operation.errors?.toSorted() ?? [], fetches: operation.fetches ?? graph.fetches.length },
  };
}

describe.each(executors)('%s', (_, executor) => {
  const differs = ({ stockDiffers }: CorpusOperation): boolean => executor === stock && stockDiffers !== undefined;

  describe.each(corpus.map((each) => [each.title, each] as const))('%s', (_title, corpusCase) => {
    const graph = new CorpusGraph(corpusCase, executor);
    const titled = (operations: readonly CorpusOperation[]) => operations.map((operation) => [operation.title, operation] as const);

    it.each(titled(corpusCase.operations.filter((operation) => !differs(operation))))('%s', async (_operation, operation) => {
      const { answered, expected } = await outcome(graph, operation);
      expect(answered).toEqual(expected);
    });

    it.each(titled(corpusCase.operations.filter(differs)))('(still answers otherwise) %s', async (_operation, operation) => {
      const { answered, expected } = await outcome(graph, operation);
      expect(answered).not.toEqual(expected);
    });
  });
});
