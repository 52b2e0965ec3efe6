import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
  isScalarType,
  isUnionType,
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import { compileKeys } from './entity-keys.js';
import type { EntityKey, RootFieldRule, RootKind } from './partition-plan.js';
import type { SubgraphSdl } from './subgraph-sdl.js';
import { PartitionMerge } from './partition-directives.js';

export interface CompiledRules {
  rules: Record<RootKind, Map<string, RootFieldRule>>;
  keys: Map<string, EntityKey[]>;
  /** What is wrong, each naming its place. Rules are complete when there are none. */
  problems: string[];
}

const ROOTS: readonly (readonly [RootKind, string])[] = [
  ['query', 'Query'],
  ['mutation', 'Mutation'],
  ['subscription', 'Subscription'],
];
const NUMERIC_TEXT_SCALARS = new Set(['String', 'ID', 'Boolean']);
const PAGE_INFO_FIELDS = new Set(['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor']);

/** Reads the rule of each root field and checks that its type fits. */
export function compileRules(sdl: SubgraphSdl, schema: GraphQLSchema): CompiledRules {
  const problems: string[] = [];
  const rules: CompiledRules['rules'] = { query: new Map(), mutation: new Map(), subscription: new Map() };
  for (const [kind, typeName] of ROOTS) {
    const root = sdl.types.get(typeName) as ObjectTypeDefinitionNode | undefined;
    for (const node of root?.fields ?? []) {
      const coordinate = `${typeName}.${node.name.value}`;
      const field = schema.getRootType(kind as never)?.getFields()[node.name.value];
      if (!field) continue;
      const rule = readRule(coordinate, node.directives ?? [], problems);
      if (!rule) continue;
      rules[kind].set(field.name, rule);
      problems.push(...problemsOfRule(kind, coordinate, field, rule));
    }
  }
  const { keys, problems: keyProblems } = compileKeys(sdl);
  problems.push(...keyProblems, ...problemsBelowRoots(sdl));
  return { rules, keys, problems };
}

/** Who writes a rule there expects that it does something. */
function problemsBelowRoots(sdl: SubgraphSdl): string[] {
  const roots = new Set(ROOTS.map(([, name]) => name));
  return [...sdl.types.values()].flatMap((type) => {
    if (roots.has(type.name.value) || !('fields' in type)) return [];
    return (type.fields ?? []).flatMap((field) => {
      const rule = field.directives?.find(isRule);
      if (!rule) return [];
      return [`${type.name.value}.${field.name.value} has @${rule.name.value}, and rules are for root fields alone: what lies below is answered by the owner of the object`];
    });
  });
}

function isRule({ name }: ConstDirectiveNode): boolean {
  return name.value === 'everySite' || name.value === 'oneSite';
}

function readRule(coordinate: string, directives: readonly ConstDirectiveNode[], problems: string[]): RootFieldRule | undefined {
  const found = directives.filter(isRule);
  const [directive] = found;
  if (!directive) problems.push(`${coordinate} has no partition rule; give it @everySite(merge: …) or @oneSite(by: "…")`);
  if (found.length > 1) problems.push(`${coordinate} has more than one partition rule; keep one of them`);
  if (!directive) return undefined;
  const values = new Map((directive.arguments ?? []).map(({ name, value }) => [name.value, 'value' in value ? String(value.value) : '']));
  if (directive.name.value === 'oneSite') return { kind: 'oneSite', by: (values.get('by') ?? '').split('.') };
  const merge = values.get('merge') ?? '';
  if (!(merge in PartitionMerge)) {
    problems.push(`${coordinate} has the unknown merge "${merge}"; there are ${Object.keys(PartitionMerge).join(', ')}`);
    return undefined;
  }
  const narrowedBy = values.get('narrowedBy');
  return { kind: 'everySite', merge: merge as PartitionMerge, ...(narrowedBy ? { narrowedBy: narrowedBy.split('.') } : {}) };
}

function problemsOfRule(kind: RootKind, coordinate: string, field: GraphQLField<unknown, unknown>, rule: RootFieldRule): string[] {
  if (rule.kind === 'oneSite') return problemsOfPath(`${coordinate} @oneSite(by:)`, field, rule.by);
  if (kind === 'mutation') return [`${coordinate} is a mutation and cannot run at every member; give it @oneSite(by: "…")`];
  if ((rule.merge === 'STREAM') !== (kind === 'subscription')) {
    return [`${coordinate} has merge ${rule.merge}; STREAM is for subscriptions, and subscriptions take no other`];
  }
  const problems = rule.narrowedBy ? problemsOfPath(`${coordinate} @everySite(narrowedBy:)`, field, rule.narrowedBy) : [];
  const sites = field.args.find(({ name }) => name === 'sites');
  if (!sites) problems.push(`${coordinate} takes no "sites: [ID!]", by which clients name the members to ask; add the argument`);
  if (sites && !/^\[ID!?\]$/.test(String(sites.type))) problems.push(`${coordinate}(sites:) is ${String(sites.type)}; it must be [ID!], the members to ask`);
  switch (rule.merge) {
    case 'LIST':
      return isListType(getNullableType(field.type)) ? problems : [...problems, `${coordinate} has merge LIST, and its type ${String(field.type)} is no list`];
    case 'CONNECTION':
      return [...problems, ...problemsOfConnection(coordinate, field)];
    case 'SUM':
      return [...problems, ...problemsOfSum(coordinate, field.type, new Set())];
    case 'STREAM':
      return [...problems, ...problemsOfStream(coordinate, field)];
  }
}

function problemsOfPath(place: string, field: GraphQLField<unknown, unknown>, path: readonly string[]): string[] {
  let argumentsHere: readonly { name: string; type: unknown }[] = field.args;
  for (const [index, name] of path.entries()) {
    const step = argumentsHere.find((argument) => argument.name === name);
    const walked = path.slice(0, index + 1).join('.');
    if (!step) return [`${place} is "${path.join('.')}", and there is no argument "${walked}"`];
    const type = getNamedType(step.type as GraphQLNamedType);
    if (index === path.length - 1) {
      return type.name === 'ID' || type.name === 'String' ? [] : [`${place} is "${path.join('.')}", and that is ${type.name}, not an ID`];
    }
    if (!isInputObjectType(type)) return [`${place} is "${path.join('.')}", and "${walked}" is ${type.name}, not an input object`];
    argumentsHere = Object.values(type.getFields());
  }
  return [];
}

function problemsOfConnection(coordinate: string, field: GraphQLField<unknown, unknown>): string[] {
  const misfit = (why: string): string[] => [`${coordinate} has merge CONNECTION, and ${why}`];
  const type = getNullableType(field.type);
  if (!isObjectType(type)) return misfit(`its type ${String(field.type)} is no connection object`);
  const fields = type.getFields();
  const edge = fields['edges'] && getNamedType(fields['edges'].type);
  if (!edge || !isObjectType(edge) || !isListType(getNullableType(fields['edges']!.type))) return misfit(`${type.name} has no list "edges"`);
  const edgeFields = edge.getFields();
  if (!edgeFields['node']) return misfit(`${edge.name} has no field "node"`);
  if (!edgeFields['cursor'] || !isTextField(edgeFields['cursor'])) return misfit(`${edge.name} has no "cursor: String!"`);
  const pageInfo = fields['pageInfo'] && getNamedType(fields['pageInfo'].type);
  if (!pageInfo || !isObjectType(pageInfo)) return misfit(`${type.name} has no "pageInfo"`);
  for (const name of Object.keys(pageInfo.getFields())) {
    if (!PAGE_INFO_FIELDS.has(name)) return misfit(`${pageInfo.name}.${name} cannot be merged`);
  }
  for (const name of ['hasNextPage', 'hasPreviousPage']) {
    if (!(name in pageInfo.getFields())) return misfit(`${pageInfo.name} has no field "${name}"`);
  }
  for (const [name, { type: extra }] of Object.entries(fields)) {
    if (name === 'edges' || name === 'pageInfo') continue;
    if (name === 'nodes' && isListType(getNullableType(extra))) continue;
    if (name !== 'totalCount') return misfit(`${type.name}.${name} cannot be merged`);
    if (problemsOfSum(coordinate, extra, new Set()).length > 0) return misfit(`${type.name}.totalCount is no number`);
  }
  const args = new Set(field.args.map(({ name }) => name));
  const pages = (args.has('first') && args.has('after')) || (args.has('last') && args.has('before'));
  return pages ? [] : misfit('it takes neither "first" and "after" nor "last" and "before"');
}

/** Custom scalars may be numbers or integers in text, as 64-bit integers are; that shows at run time. */
function problemsOfSum(coordinate: string, type: unknown, seen: Set<string>): string[] {
  const named = getNullableType(type as GraphQLNamedType);
  if (isScalarType(named) && !NUMERIC_TEXT_SCALARS.has(named.name)) return [];
  if (!isObjectType(named)) return [`${coordinate} has merge SUM, and ${String(named)} cannot be added up`];
  if (seen.has(named.name)) return [];
  seen.add(named.name);
  return Object.values(named.getFields()).flatMap((field) => problemsOfSum(`${coordinate} (${named.name}.${field.name})`, field.type, seen));
}

function problemsOfStream(coordinate: string, field: GraphQLField<unknown, unknown>): string[] {
  const problems: string[] = [];
  const after = field.args.find(({ name }) => name === 'after');
  if (!after || String(after.type) !== 'String') problems.push(`${coordinate} has merge STREAM, and takes no "after: String"`);
  const event = getNullableType(field.type);
  const types = isUnionType(event) ? event.getTypes() : isObjectType(event) || isInterfaceType(event) ? [event] : [];
  if (types.length === 0) problems.push(`${coordinate} has merge STREAM, and its type ${String(field.type)} is no event object`);
  for (const type of types) {
    const cursor = type.getFields()['cursor'];
    if (!cursor || !isTextField(cursor)) problems.push(`${coordinate} has merge STREAM, and ${type.name} has no "cursor: String!"`);
  }
  return problems;
}

function isTextField(field: GraphQLField<unknown, unknown>): boolean {
  const type = getNamedType(field.type);
  return isLeafType(type) && (type.name === 'String' || type.name === 'ID');
}
