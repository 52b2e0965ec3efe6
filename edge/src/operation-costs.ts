import { defaultPageSize } from '@ocopea/graph';
import type { DocumentNode, GraphQLField, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { FieldCost } from './cost-rules.js';
import type { EdgeLimits } from './edge-limits.js';
import { CompiledCost, type FieldSpread, type OperationCost } from './operation-cost.js';

export interface CostQuestion {
  readonly schema: GraphQLSchema;
  /** Valid against the schema. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What operations cost, before they run. What does not depend on variables is worked out once for an operation. */
export class OperationCosts {
  private readonly compiled = new WeakMap<OperationDefinitionNode, { schema: GraphQLSchema; cost: CompiledCost }>();
  private readonly rules = new WeakMap<GraphQLField<unknown, unknown>, FieldCost>();

  constructor(
    private readonly limits: Pick<EdgeLimits, 'listSize'>,
    private readonly spread?: FieldSpread,
  ) {}

  /** What an operation costs, however much that is. */
  of({ schema, document, operation, variables }: CostQuestion): OperationCost {
    const known = this.compiled.get(operation);
    if (known?.schema === schema) return known.cost.evaluate(variables);
    const cost = new CompiledCost({
      schema,
      document,
      operation,
      pageSize: defaultPageSize,
      assumedListSize: this.limits.listSize,
      spread: this.spread,
      rules: this.rules,
    });
    this.compiled.set(operation, { schema, cost });
    return cost.evaluate(variables);
  }
}
