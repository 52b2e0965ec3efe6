import type { GraphQLDataSource } from '@apollo/gateway';
import type { QueryPlan } from '@apollo/query-planner';
import type { ComposedGraph } from './composed-graph.js';
import type { GatewayContext } from './gateway-context.js';
import type { PreparedOperation } from './operation-cache.js';

/**
 * Runs the query plans of one composed graph. There may be several implementations; nothing but the
 * one place that makes them knows which of them runs.
 *
 * **What it promises.** It asks the data sources as the plan says: the nodes of a `Sequence` one after the other, those of a
 * `Parallel` at once, and a fetch of entities once for all that are at its path, never once for each. Representations carry
 * what `requires` names, after `inputRewrites`; an entity that lacks one of these is not asked for and its fields stay null.
 * Mutations run in the order of their document.
 *
 * **The answer** has the shape of the operation and not of what subgraphs sent: selected fields only, in the operation's
 * order, under their aliases, without what `@skip` and `@include` leave out. `null` for a non-null field nulls its nearest
 * nullable parent. A value that its type does not have (a wrong leaf, an object for a list, an unknown `__typename`) is null,
 * with an error at its path. Introspection is answered here, `__typename` always.
 *
 * **Errors.** What a subgraph reports keeps message and extensions; its path becomes that of the client's operation, where
 * it can be told. A data source that throws costs the fields of its own fetch: the error stands beside the data of others.
 * `execute` rejects only when the plan or the call cannot be right, such as a subscription's plan.
 *
 * **State.** It keeps no state of a request, may compile a plan at its first use and keep that as long as the plan lives,
 * and never changes the plan, the operation or the variables. It may be called any number of times at once.
 *
 * **Cancelling** is the data sources' business: they have the signal in the context.
 */
export interface PlanExecutor {
  execute(call: PlanCall): Promise<PlanResult>;
}

/** Makes the executor of a graph. Called once for each composition. */
export type PlanExecutorFactory = (graph: ComposedGraph) => PlanExecutor;

export interface PlanCall {
  readonly prepared: PreparedOperation;
  /** @default the prepared operation's own plan */
  readonly plan?: QueryPlan;
  /** Checked against the operation, under their names in the plan; defaults are not filled in. */
  readonly variables: Record<string, unknown>;
  /** By subgraph name. What they answer may be changed by the executor. */
  readonly dataSources: ReadonlyMap<string, GraphQLDataSource>;
  readonly context: GatewayContext;
}

export interface PlanResult {
  readonly data?: Record<string, unknown> | null;
  /** As the executor and the subgraphs made them: not yet fit for clients. */
  readonly errors?: readonly unknown[];
}
