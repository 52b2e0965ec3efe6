import type { FieldNode, GraphQLField, VariableDefinitionNode } from 'graphql';
import { shapeOf, type AnswerShape } from './answer-shape.js';
import { ConnectionLayout } from './connection-layout.js';
import type { FetchRule } from './fetch-plan.js';
import type { PartitionPlan } from './partition-plan.js';

/**
 * How much of a connection a member is asked: everything, or the keys of its rows alone; these for the client's own page, or for a
 * part of it from the front or from the back, first with all else of the connection and then alone.
 */
export type FetchPhase = 'full' | 'keys' | 'firstKeys' | 'moreFirstKeys' | 'lastKeys' | 'moreLastKeys';

/** What is sent to members for one root field, and what must come back. */
export class PreparedRoot {
  /** The field without the `sites` argument, which is meant for the partition. */
  readonly node: FieldNode;
  readonly shape: AnswerShape;
  readonly connection: ConnectionLayout | undefined;

  constructor(plan: PartitionPlan, field: GraphQLField<unknown, unknown>, node: FieldNode, rule: FetchRule) {
    const isSpread = rule.kind === 'everySite';
    this.node = isSpread ? { ...node, arguments: (node.arguments ?? []).filter(({ name }) => name.value !== 'sites') } : node;
    this.shape = shapeOf(plan.schema, field.type, node.selectionSet);
    this.connection = isSpread && rule.merge === 'CONNECTION' ? new ConnectionLayout(plan, field, this.node) : undefined;
  }

  /** Variables of the partition's own in what is sent. */
  get variableDefinitions(): readonly VariableDefinitionNode[] {
    const { forward, backward } = this.connection?.keysFirst ?? {};
    return [...(forward?.variableDefinitions ?? []), ...(backward?.variableDefinitions ?? [])];
  }

  /** The field as it is sent in this phase. */
  nodeFor(phase: FetchPhase): FieldNode {
    const keysFirst = this.connection?.keysFirst;
    switch (phase) {
      case 'full':
        return this.connection?.fullNode ?? this.node;
      case 'keys':
        return keysFirst?.keysNode ?? this.node;
      case 'firstKeys':
        return keysFirst?.forward?.firstNode ?? this.node;
      case 'moreFirstKeys':
        return keysFirst?.forward?.moreNode ?? this.node;
      case 'lastKeys':
        return keysFirst?.backward?.firstNode ?? this.node;
      case 'moreLastKeys':
        return keysFirst?.backward?.moreNode ?? this.node;
    }
  }
}
