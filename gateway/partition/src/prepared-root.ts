import type { FieldNode, GraphQLField } from 'graphql';
import { shapeOf, type AnswerShape } from './answer-shape.js';
import { ConnectionLayout } from './connection-layout.js';
import type { FetchRule } from './fetch-plan.js';
import type { PartitionPlan } from './partition-plan.js';

/** How much of a connection a member is asked: everything, or the keys of its rows alone. */
export type FetchPhase = 'full' | 'keys';

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

  /** The field as it is sent in this phase. */
  nodeFor(phase: FetchPhase): FieldNode {
    if (!this.connection) return this.node;
    return phase === 'keys' && this.connection.keysFirst ? this.connection.keysFirst.keysNode : this.connection.fullNode;
  }
}
