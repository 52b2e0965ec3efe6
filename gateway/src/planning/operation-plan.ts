import type { QueryPlan } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';

/** The plan of a client's operation. Any executor of query plans can run it, given the document it was made for. */
export interface OperationPlan extends QueryPlan {
  /** The client's document, with other response names where the client's would be taken for another field. */
  readonly document: DocumentNode;
  /** The client's response name for each that is another one in `document` and in what subgraphs are asked. */
  readonly responseNames: ReadonlyMap<string, string>;
  /** The client's name for each variable that has another one in `document` and in what subgraphs are asked. */
  readonly variableNames: ReadonlyMap<string, string>;
}
