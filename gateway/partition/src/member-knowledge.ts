import {
  coerceInputValue,
  isEnumType,
  isInputObjectType,
  isInputType,
  isInterfaceType,
  isObjectType,
  Kind,
  typeFromAST,
  TypeInfo,
  valueFromAST,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';
import { BoundedCache } from './bounded-cache.js';
import type { PartitionMember } from './partition-member.js';
import type { PartitionPlan } from './partition-plan.js';
import { fieldNode, usedVariables } from './selections.js';
import { readSubgraphSdl, toExecutableSchema } from './subgraph-sdl.js';

/** What a member's schema knows of the partition's schema. */
export type MemberKnowledge =
  | { kind: 'all' }
  | { kind: 'some'; schema: GraphQLSchema }
  /** Its SDL cannot be read. Composition quarantines such members; a directory may still bring one. */
  | { kind: 'nothing' };

/** Distinct SDLs that are in service at a time: two or three while members are upgraded. */
const MAX_DISTINCT_SDLS = 64;
const knowledgeOfPlan = new WeakMap<PartitionPlan, BoundedCache<string, MemberKnowledge>>();

export function knowledgeOf(plan: PartitionPlan, member: Pick<PartitionMember, 'sdl'>): MemberKnowledge {
  let known = knowledgeOfPlan.get(plan);
  if (!known) knowledgeOfPlan.set(plan, (known = new BoundedCache(MAX_DISTINCT_SDLS)));
  return known.get(member.sdl, () => compare(plan.schema, member.sdl));
}

export interface PruneContext {
  schema: GraphQLSchema;
  operation: 'query' | 'mutation' | 'subscription';
  variables: Record<string, unknown>;
  variableDefinitions: readonly VariableDefinitionNode[];
}

export interface PrunedRoot {
  /** `undefined` when the root field as a whole cannot be asked. */
  node: FieldNode | undefined;
  /** Coordinates of what was left out. */
  missing: readonly string[];
}

/**
 * The root field without what the schema lacks: fields, fields with an argument or a value that it does not take, and fragments on types
 * that it does not have. Arguments without a value are dropped by themselves.
 */
export function pruneRoot(root: FieldNode, context: PruneContext): PrunedRoot {
  const { schema, variables } = context;
  const missing = new Set<string>();
  const refused = refusedVariables(context, root);
  const typeInfo = new TypeInfo(schema);
  const document = {
    kind: Kind.OPERATION_DEFINITION,
    operation: context.operation as never,
    selectionSet: { kind: Kind.SELECTION_SET, selections: [root] } as SelectionSetNode,
  } as const;
  const enterField = (node: FieldNode): FieldNode | null | undefined => {
    const parent = typeInfo.getParentType();
    if (!parent || node.name.value.startsWith('__')) return undefined;
    const field = typeInfo.getFieldDef();
    if (!field) {
      missing.add(`${parent.name}.${node.name.value}`);
      return null;
    }
    const kept: ArgumentNode[] = [];
    for (const argument of node.arguments ?? []) {
      const use = argumentUse(argument, field, variables, refused);
      if (use === 'refused') {
        missing.add(`${parent.name}.${field.name}(${argument.name.value}:)`);
        return null;
      }
      if (use === 'send') kept.push(argument);
    }
    return kept.length === (node.arguments?.length ?? 0) ? undefined : { ...node, arguments: kept };
  };
  const pruned = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: { enter: enterField, leave: (node) => (node.selectionSet?.selections.length === 0 ? withTypename(node) : undefined) },
      InlineFragment: {
        // Such a member has no objects of the type, so nothing of it is missing.
        enter: (node: InlineFragmentNode) => (node.typeCondition && !schema.getType(node.typeCondition.name.value) ? null : undefined),
        leave: (node: InlineFragmentNode) => (node.selectionSet.selections.length === 0 ? null : undefined),
      },
    }),
  );
  return { node: pruned.selectionSet.selections[0] as FieldNode | undefined, missing: [...missing] };
}

function argumentUse(
  { name, value }: ArgumentNode,
  field: GraphQLField<unknown, unknown>,
  variables: Record<string, unknown>,
  refused: ReadonlySet<string>,
): 'send' | 'drop' | 'refused' {
  const argument = field.args.find((candidate) => candidate.name === name.value);
  const isAbsent = value.kind === Kind.NULL || (value.kind === Kind.VARIABLE && (variables[value.name.value] ?? null) === null);
  if (!argument) return isAbsent ? 'drop' : 'refused';
  if (isAbsent) return 'send';
  if ([...usedVariables(value)].some((variable) => refused.has(variable))) return 'refused';
  return valueFromAST(value, argument.type, variables) === undefined ? 'refused' : 'send';
}

/** Variables whose type or value the schema does not take: an enum value or an input field of a newer version. */
function refusedVariables({ schema, variables, variableDefinitions }: PruneContext, root: FieldNode): Set<string> {
  const used = usedVariables(root);
  const refused = new Set<string>();
  for (const { variable, type: typeNode } of variableDefinitions) {
    const name = variable.name.value;
    const value = variables[name];
    if (!used.has(name) || value === undefined || value === null) continue;
    const type = typeFromAST(schema, typeNode as never);
    if (!isInputType(type)) refused.add(name);
    else coerceInputValue(value, type, () => refused.add(name));
  }
  return refused;
}

function withTypename(node: FieldNode): FieldNode {
  return { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: [fieldNode('__typename')] } };
}

function compare(union: GraphQLSchema, sdl: string): MemberKnowledge {
  let schema: GraphQLSchema;
  try {
    schema = toExecutableSchema(readSubgraphSdl(sdl));
  } catch {
    return { kind: 'nothing' };
  }
  return Object.keys(union.getTypeMap()).every((name) => name.startsWith('__') || knowsType(union, schema, name)) ? { kind: 'all' } : { kind: 'some', schema };
}

function knowsType(union: GraphQLSchema, schema: GraphQLSchema, name: string): boolean {
  const [type, known] = [union.getType(name), schema.getType(name)];
  // Every schema has the built-in scalars, but `getTypeMap` lists those in use only.
  if (!known) return ['Int', 'Float', 'String', 'Boolean', 'ID'].includes(name);
  if (isEnumType(type)) return isEnumType(known) && type.getValues().every((value) => known.getValue(value.name));
  if (isInputObjectType(type)) return isInputObjectType(known) && Object.keys(type.getFields()).every((field) => field in known.getFields());
  if (!isObjectType(type) && !isInterfaceType(type)) return true;
  if (!isObjectType(known) && !isInterfaceType(known)) return false;
  return Object.values(type.getFields()).every((field) => {
    const knownField = known.getFields()[field.name];
    return knownField && field.args.every((argument) => knownField.args.some((candidate) => candidate.name === argument.name));
  });
}
