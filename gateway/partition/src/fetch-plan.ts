import {
  Kind,
  parse,
  valueFromASTUntyped,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { BoundedCache } from './bounded-cache.js';
import type { MemberDocument } from './member-document.js';
import type { PartitionPlan, RootFieldRule } from './partition-plan.js';
import { PreparedRoot } from './prepared-root.js';
import { conditionsOf, flattenSelection, inlineFragments, isIncluded, responseKey } from './selections.js';

export type FetchRule = RootFieldRule | { kind: 'entities' };

/** One root field of a fetch, ready to be routed. */
export interface FetchRoot {
  /** Response key. */
  key: string;
  field: GraphQLField<unknown, unknown>;
  rule: FetchRule;
  /** As the planner wrote it, without spreads and conditions. */
  node: FieldNode;
  prepared: PreparedRoot;
}

/** A fetch with the root fields that its conditions leave, and the documents made for members so far. */
export interface ActiveFetch {
  operation: 'query' | 'mutation' | 'subscription';
  roots: readonly FetchRoot[];
  /** Response keys of `__typename` on the root. */
  typenameKeys: readonly string[];
  variableDefinitions: readonly VariableDefinitionNode[];
  documents: BoundedCache<string, MemberDocument>;
}

interface Occurrence {
  node: FieldNode;
  conditions: readonly DirectiveNode[];
}

/** Combinations of `@skip` and `@include` on root fields, and variants of documents; both few in practice. */
const MAX_VARIANTS = 64;

/** A fetch of the query plan, parsed and compiled once. */
export class FetchPlan {
  readonly operation: 'query' | 'mutation' | 'subscription';
  readonly variableDefinitions: readonly VariableDefinitionNode[];
  readonly #occurrences: readonly Occurrence[];
  readonly #active = new BoundedCache<string, ActiveFetch>(MAX_VARIANTS);

  /** @throws GraphQLError when `query` is no operation: the planner makes none such */
  constructor(
    readonly partition: PartitionPlan,
    query: string,
    operationName?: string,
  ) {
    const { definitions } = parse(query, { noLocation: true });
    const operation = definitions.find(
      (definition): definition is OperationDefinitionNode =>
        definition.kind === Kind.OPERATION_DEFINITION && (!operationName || definition.name?.value === operationName),
    );
    if (!operation) throw new Error(`invariant: a fetch without the operation ${operationName ?? ''}`);
    const fragments = new Map(
      definitions.filter((definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION).map((fragment) => [fragment.name.value, fragment]),
    );
    this.operation = operation.operation;
    this.variableDefinitions = operation.variableDefinitions ?? [];
    this.#occurrences = flattenSelection(inlineFragments(operation.selectionSet, fragments));
  }

  /** Given variables with the operation's defaults where none is given. */
  withDefaults(variables: Record<string, unknown> = {}): Record<string, unknown> {
    const result = { ...variables };
    for (const { variable, defaultValue } of this.variableDefinitions) {
      if (defaultValue && result[variable.name.value] === undefined) result[variable.name.value] = valueFromASTUntyped(defaultValue);
    }
    return result;
  }

  active(variables: Record<string, unknown>): ActiveFetch {
    const included = this.#occurrences.map(({ conditions }) => isIncluded(conditions, variables));
    return this.#active.get(included.map(Number).join(''), () => this.#activate(this.#occurrences.filter((_, index) => included[index])));
  }

  #activate(occurrences: readonly Occurrence[]): ActiveFetch {
    const nodes = new Map<string, FieldNode>();
    const typenameKeys: string[] = [];
    for (const { node } of occurrences) {
      const key = responseKey(node);
      if (node.name.value === '__typename') typenameKeys.push(key);
      else nodes.set(key, mergedWith(nodes.get(key), withoutConditions(node)));
    }
    return {
      operation: this.operation,
      roots: [...nodes].map(([key, node]) => this.#root(key, node)),
      typenameKeys,
      variableDefinitions: this.variableDefinitions,
      documents: new BoundedCache(MAX_VARIANTS),
    };
  }

  #root(key: string, node: FieldNode): FetchRoot {
    const name = node.name.value;
    const field = this.partition.schema.getRootType(this.operation as never)?.getFields()[name];
    const rule: FetchRule | undefined = name === '_entities' ? { kind: 'entities' } : this.partition.rules[this.operation].get(name);
    if (!field || !rule) throw new Error(`invariant: the fetch asks ${this.operation} field "${name}", which is not in the partition's plan`);
    return { key, field, rule, node, prepared: new PreparedRoot(this.partition, field, node, rule) };
  }
}

/** The value of an argument of a root field, with its default; `undefined` when not given. */
export function argumentValue({ node, field }: Pick<FetchRoot, 'node' | 'field'>, path: readonly string[], variables: Record<string, unknown>): unknown {
  const [name, ...rest] = path;
  const argument = node.arguments?.find((candidate) => candidate.name.value === name);
  let value: unknown = argument ? valueFromASTUntyped(argument.value, variables) : undefined;
  if (value === undefined) value = field.args.find((candidate) => candidate.name === name)?.defaultValue;
  for (const step of rest) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
  }
  return value;
}

function withoutConditions(node: FieldNode): FieldNode {
  const conditions = new Set(conditionsOf(node.directives));
  return { ...node, directives: (node.directives ?? []).filter((directive) => !conditions.has(directive)) };
}

function mergedWith(before: FieldNode | undefined, node: FieldNode): FieldNode {
  if (!before?.selectionSet || !node.selectionSet) return node;
  return { ...before, selectionSet: { ...before.selectionSet, selections: [...before.selectionSet.selections, ...node.selectionSet.selections] } };
}
