import type { ArgumentNode, SelectionSetNode } from 'graphql';

/**
 * A field of the planning schema that stands for a field with certain arguments, as some `@requires` names it. It has no
 * arguments itself, so that the planner takes requirements with other arguments, and what the client asks for, for
 * the different things that they are.
 */
export interface StandIn {
  /** Its name in the planning schema, and the response name under which it is fetched. */
  readonly name: string;
  readonly field: string;
  readonly arguments: readonly ArgumentNode[];
}

/** What the planning schema has instead of the supergraph's. */
export interface StandIns {
  readonly byName: ReadonlyMap<string, StandIn>;
  /** The requirements that have stand-ins, with these in them, by {@link requirementKey}. */
  readonly requirements: ReadonlyMap<string, SelectionSetNode>;
}

/** @param subgraph - its name, not its value in `join__Graph` */
export function requirementKey(subgraph: string, type: string, field: string): string {
  return `${subgraph}\n${type}.${field}`;
}
