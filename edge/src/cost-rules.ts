import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  Kind,
  type ConstDirectiveNode,
  type ConstValueNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/** How the cost of one field is worked out. */
export interface FieldCost {
  /** Of the field itself, each time it is answered. */
  readonly weight: number;
  /** `list`: as often as the list is long. `page`: the lists of the object that the field answers are as long as its arguments say. */
  readonly kind: 'single' | 'list' | 'page';
  /** The arguments that say how long: a number, or a list of what is asked for. The greatest that is given counts. */
  readonly slicingArguments: readonly string[];
  /** When none of them is given. `undefined` for a list without such arguments: as the page says that it is part of, or the assumed size. */
  readonly unsizedLength: number | undefined;
  /** For a page, the lists that it holds. `undefined`: all of them. */
  readonly sizedFields: ReadonlySet<string> | undefined;
}

export interface CostDefaults {
  /** Rows of a page when neither `first` nor `last` says how many. */
  readonly pageSize: number;
}

/** Arguments that say how many rows are wanted, where no `@listSize` names others. */
const usualSlicingArguments = ['first', 'last', 'ids', 'representations'];

/** What one root field of a mutation costs at least: it is a transaction, an audit record and often an operation. */
const mutationWeight = 10;

/**
 * The cost of a field by the schema: `@cost(weight:)` and `@listSize(assumedSize:, slicingArguments:, sizedFields:)` where it has
 * them, by the names of https://ibm.github.io/graphql-specs/cost-spec.html that Federation composes as well; else an object costs 1, a
 * leaf nothing, and pages and lists go by the usual arguments.
 *
 * @param annotated - the schema whose definitions have the directives, where the one that clients see lacks them
 */
export function fieldCost(
  parent: GraphQLNamedType,
  field: GraphQLField<unknown, unknown>,
  { pageSize }: CostDefaults,
  annotated?: GraphQLSchema,
): FieldCost {
  const directives = [...(field.astNode?.directives ?? []), ...annotatedDirectives(annotated, parent.name, field.name)];
  const type = getNamedType(field.type);
  const ofType = [...(type.astNode?.directives ?? []), ...(annotated?.getType(type.name)?.astNode?.directives ?? [])];
  const listSize = argumentsOf(directives, 'listSize');
  const isList = isListType(getNullableType(field.type));
  const slicingArguments = (listSize?.['slicingArguments'] as string[] | undefined) ?? usualArguments(field);
  const isPage = !isList && isCompositeType(type) && (listSize !== undefined || slicingArguments.length > 0);
  const assumed = typeof listSize?.['assumedSize'] === 'number' ? listSize['assumedSize'] : undefined;
  return {
    weight: weightOf(directives) ?? weightOf(ofType) ?? (parent.name === 'Mutation' ? mutationWeight : isCompositeType(type) ? 1 : 0),
    kind: isList ? 'list' : isPage ? 'page' : 'single',
    slicingArguments,
    unsizedLength: assumed ?? (slicingArguments.length > 0 ? (defaultLength(field, slicingArguments) ?? pageSize) : undefined),
    sizedFields: Array.isArray(listSize?.['sizedFields']) ? new Set(listSize['sizedFields'] as string[]) : undefined,
  };
}

function usualArguments(field: GraphQLField<unknown, unknown>): string[] {
  return usualSlicingArguments.filter((name) => field.args.some((argument) => argument.name === name));
}

/** The greatest default value of the arguments that say how many. */
function defaultLength(field: GraphQLField<unknown, unknown>, names: readonly string[]): number | undefined {
  const lengths = field.args.flatMap(({ name, defaultValue }) => (names.includes(name) && typeof defaultValue === 'number' ? [defaultValue] : []));
  return lengths.length === 0 ? undefined : Math.max(...lengths);
}

function annotatedDirectives(schema: GraphQLSchema | undefined, type: string, field: string): readonly ConstDirectiveNode[] {
  const parent = schema?.getType(type);
  return parent !== undefined && 'getFields' in parent ? (parent.getFields()[field]?.astNode?.directives ?? []) : [];
}

/** A number, or a number in text, as the two drafts of the directive have it. */
function weightOf(directives: readonly ConstDirectiveNode[]): number | undefined {
  const weight = Number(argumentsOf(directives, 'cost')?.['weight'] ?? NaN);
  return Number.isFinite(weight) ? Math.max(weight, 0) : undefined;
}

function argumentsOf(directives: readonly ConstDirectiveNode[], name: string): Record<string, unknown> | undefined {
  const directive = directives.find((each) => each.name.value === name || each.name.value === `federation__${name}`);
  return directive && Object.fromEntries((directive.arguments ?? []).map((argument) => [argument.name.value, plain(argument.value)]));
}

function plain(value: ConstValueNode): unknown {
  switch (value.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return Number(value.value);
    case Kind.LIST:
      return value.values.map(plain);
    case Kind.STRING:
    case Kind.ENUM:
    case Kind.BOOLEAN:
      return value.value;
    default:
      return undefined;
  }
}
