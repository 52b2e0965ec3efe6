import type { PlanCall } from '../plan-executor.js';
import type { JsonObject } from './json.js';
import type { ObjectPath } from './response-path.js';

/** One execution of a plan. */
export interface PlanRun extends Pick<PlanCall, 'variables' | 'dataSources' | 'context'> {
  /** What was fetched so far. */
  readonly root: JsonObject;
  readonly errors: unknown[];
  /** The client's response names for those that are others in the plan. */
  readonly responseNames: ReadonlyMap<string, string>;
}

/** Where in the answer a part of a plan works. */
export interface Cursor {
  readonly path: ObjectPath;
  readonly objects: readonly JsonObject[];
}

/** A compiled part of a plan. Failures of subgraphs go to the run's errors. */
export type PlanStep = (run: PlanRun, cursor: Cursor) => Promise<void>;
