import { isAbstractType, getNamedType, Kind, type FieldNode, type GraphQLSchema, type SelectionNode, type VariableDefinitionNode } from 'graphql';
import { FetchPlan, type FetchRoot } from './fetch-plan.js';
import { buildMemberDocument } from './member-document.js';
import { knowledgeOf } from './member-knowledge.js';
import type { MemberRequest, PartitionMember } from './partition-member.js';
import type { PartitionPlan } from './partition-plan.js';
import { fieldNode, flattenSelection, responseKey } from './selections.js';

const AFTER = '_partition_after';
/** Alias of the cursor that the merge itself needs; stripped from events. */
export const CURSOR_ALIAS = '_partition_cursor';

/** A subscription's primary fetch, ready to be sent to members with cursors of their own. */
export class StreamPlan {
  readonly root: FetchRoot;
  /** Response keys under which the client asked for the event's cursor. */
  readonly cursorKeys: readonly string[];
  readonly #node: FieldNode;
  /** By SDL; different ones are few. */
  readonly #known = new Map<string, boolean>();
  readonly #variableDefinitions: readonly VariableDefinitionNode[];

  /** @param variables - with their defaults */
  constructor(
    readonly plan: PartitionPlan,
    fetch: FetchPlan,
    readonly variables: Readonly<Record<string, unknown>>,
  ) {
    this.root = rootOf(fetch, variables);
    this.cursorKeys = flattenSelection(this.root.node.selectionSet)
      .filter(({ node }) => node.name.value === 'cursor')
      .map(({ node }) => responseKey(node));
    this.#node = streamNode(plan.schema, this.root);
    this.#variableDefinitions = [...fetch.variableDefinitions, AFTER_DEFINITION];
  }

  /** Whether the member's schema has the field. */
  isKnownTo(member: PartitionMember): boolean {
    const { sdl } = member;
    const known = this.#known.get(sdl) ?? this.requestFor(member, undefined) !== undefined;
    this.#known.set(sdl, known);
    return known;
  }

  /** `undefined` when the member's schema does not have the field. */
  requestFor(member: PartitionMember, after: string | undefined): MemberRequest | undefined {
    const variables: Record<string, unknown> = { ...this.variables, [AFTER]: after ?? null };
    const document = buildMemberDocument({
      operation: 'subscription',
      roots: [this.#node],
      variableDefinitions: this.#variableDefinitions,
      variables,
      knowledge: knowledgeOf(this.plan, member),
    });
    if (document.query === undefined) return undefined;
    const used = document.variableNames.filter((name) => variables[name] !== undefined);
    return { query: document.query, variables: Object.fromEntries(used.map((name) => [name, variables[name]])) };
  }
}

export function rootOf(fetch: FetchPlan, variables: Readonly<Record<string, unknown>>): FetchRoot {
  const [root, ...others] = fetch.active(variables).roots;
  if (!root || others.length > 0) throw new Error('invariant: a subscription has one root field');
  return root;
}

const AFTER_DEFINITION: VariableDefinitionNode = {
  kind: Kind.VARIABLE_DEFINITION,
  variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: AFTER } },
  type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'String' } },
};

/** The root field with `after` as a variable of ours, and the event's cursor under an alias of ours. */
function streamNode(schema: GraphQLSchema, { prepared, field }: FetchRoot): FieldNode {
  const node = prepared.node;
  const takesAfter = field.args.some(({ name }) => name === 'after');
  const others = (node.arguments ?? []).filter(({ name }) => name.value !== 'after');
  const type = getNamedType(field.type);
  const cursor = fieldNode('cursor', { alias: CURSOR_ALIAS });
  // A union has no fields of its own.
  const cursors: SelectionNode[] =
    isAbstractType(type) && !('getFields' in type)
      ? schema.getPossibleTypes(type).map(({ name }) => ({
          kind: Kind.INLINE_FRAGMENT,
          typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
          selectionSet: { kind: Kind.SELECTION_SET, selections: [cursor] },
        }))
      : 'getFields' in type && 'cursor' in type.getFields()
        ? [cursor]
        : [];
  return {
    ...node,
    arguments: takesAfter
      ? [...others, { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'after' }, value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: AFTER } } }]
      : others,
    selectionSet: { kind: Kind.SELECTION_SET, selections: [...(node.selectionSet?.selections ?? []), ...cursors] },
  };
}
