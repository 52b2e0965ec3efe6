import { defaultPageSize, queryTooExpensive } from '@ocopea/graph';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { EdgeLimits } from './edge-limits.js';
import { CompiledCost, type FieldSpread, type OperationCost } from './operation-cost.js';

export interface CostQuestion {
  readonly schema: GraphQLSchema;
  /** Valid against the schema. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Refuses operations that would cost too much, before they run. What does not depend on variables is worked out once for a document. */
export class CostCheck {
  private readonly compiled = new WeakMap<OperationDefinitionNode, { schema: GraphQLSchema; cost: CompiledCost }>();

  constructor(
    private readonly limits: Pick<EdgeLimits, 'cost' | 'listSize'>,
    private readonly spread?: FieldSpread,
  ) {}

  /** @throws QUERY_TOO_EXPENSIVE with the cost, the limit and the dearest field */
  check(question: CostQuestion): OperationCost {
    const found = this.of(question);
    if (found.cost > this.limits.cost) throw queryTooExpensive({ ...found, limit: this.limits.cost });
    return found;
  }

  private of({ schema, document, operation, variables }: CostQuestion): OperationCost {
    const known = this.compiled.get(operation);
    if (known?.schema === schema) return known.cost.evaluate(variables);
    const cost = new CompiledCost({
      schema,
      document,
      operation,
      pageSize: defaultPageSize,
      assumedListSize: this.limits.listSize,
      spread: this.spread,
    });
    this.compiled.set(operation, { schema, cost });
    return cost.evaluate(variables);
  }
}
