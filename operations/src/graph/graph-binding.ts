import type { ClassType } from 'type-graphql';
import type { OperationEngine } from '../operation-engine.js';
import type { OperationCause } from '../operation-record.js';

/**
 * What the resolvers of operations and events need to know of the subgraph they are part of. The schema is built before any
 * engine runs, so the engine comes with the context of each request.
 */
export interface OperationsGraphBinding<Context extends object> {
  /** The subgraph's type `Site`. */
  readonly siteType: ClassType<{ id: string }>;
  readonly engineOf: (context: Context) => OperationEngine;
  /** The Site of this process, for `Event.site`; null at the Hub. */
  readonly siteOf: (context: Context) => object | null;
  /** Who stands behind a retry. */
  readonly causeOf: (context: Context) => OperationCause;
}
