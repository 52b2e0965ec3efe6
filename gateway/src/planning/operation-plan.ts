import type { QueryPlan } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import type { Conditions } from './conditions.js';

/** The plan of a client's operation, for certain values of its conditions. Any executor of query plans can run it, given the document it was made for. */
export interface OperationPlan extends QueryPlan {
  /** The client's document, with other response names where the client's would be taken for another field. */
  readonly document: DocumentNode;
  /** Of `@skip` and `@include` in `document`, what it was planned for: the plan itself has no conditions. */
  readonly conditions: Conditions;
  /** The client's response name for each that is another one in `document` and in what subgraphs are asked. */
  readonly responseNames: ReadonlyMap<string, string>;
  /** The client's name for each variable that has another one in `document` and in what subgraphs are asked. */
  readonly variableNames: ReadonlyMap<string, string>;
}
