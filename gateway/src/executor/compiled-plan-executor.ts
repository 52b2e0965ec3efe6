import type { QueryPlan } from '@apollo/query-planner';
import { getOperationAST } from 'graphql';
import type { ComposedGraph } from '../composed-graph.js';
import type { PreparedOperation } from '../operation-cache.js';
import type { PlanCall, PlanExecutor, PlanResult } from '../plan-executor.js';
import { unexplained } from './accounted-for.js';
import { compilePlan, type PlanContext } from './compile-plan.js';
import { placedErrors } from './placed-errors.js';
import { EntityKeys } from './entity-keys.js';
import type { PlanRun, PlanStep } from './plan-run.js';
import { ResultShaper } from './result-shaper.js';
import { rootPath } from './response-path.js';
import { TypeConditions } from './type-conditions.js';

interface CompiledOperation {
  readonly shaper: ResultShaper;
  readonly context: PlanContext;
  /** An operation may be run by other plans than its own: those of its events. */
  readonly steps: WeakMap<QueryPlan, PlanStep>;
}

/**
 * Our own executor. What does not depend on a request is worked out once for each operation: the way to entities, what they
 * are represented by, the shape of the answer for each type of object.
 */
export class CompiledPlanExecutor implements PlanExecutor {
  readonly #types: TypeConditions;
  readonly #keys: EntityKeys;
  readonly #operations = new WeakMap<PreparedOperation, CompiledOperation>();

  constructor(private readonly graph: ComposedGraph) {
    this.#types = new TypeConditions(graph.supergraphSchema);
    this.#keys = new EntityKeys(graph.supergraphSdl);
  }

  async execute({ prepared, plan = prepared.plan, variables, dataSources, context }: PlanCall): Promise<PlanResult> {
    const operation = this.#compiled(prepared);
    const step = this.#stepOf(operation, plan);
    const run: PlanRun = { root: {}, errors: [], variables, dataSources, context, responseNames: prepared.plan.responseNames };
    await step(run, { path: rootPath, objects: [run.root] });
    const shaped = operation.shaper.shape(run.root, variables);
    const errors = [...placedErrors(run.errors, shaped.data), ...unexplained(shaped.errors, run.errors)];
    return { data: shaped.data, ...(errors.length > 0 ? { errors } : {}) };
  }

  #stepOf({ steps, context }: CompiledOperation, plan: QueryPlan): PlanStep {
    let step = steps.get(plan);
    if (!step) steps.set(plan, (step = compilePlan(plan, context)));
    return step;
  }

  #compiled(prepared: PreparedOperation): CompiledOperation {
    const known = this.#operations.get(prepared);
    if (known) return known;
    const { document, conditions, responseNames } = prepared.plan;
    const operation = getOperationAST(document, prepared.operationName)!;
    const { apiSchema, supergraphSchema } = this.graph;
    const compiled: CompiledOperation = {
      shaper: new ResultShaper({ apiSchema, supergraphSchema, document, operation, conditions, responseNames }),
      context: { types: this.#types, keys: this.#keys },
      steps: new WeakMap(),
    };
    this.#operations.set(prepared, compiled);
    return compiled;
  }
}
