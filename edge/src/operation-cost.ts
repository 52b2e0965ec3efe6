import {
  getNamedType,
  isCompositeType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type OperationTypeNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { fieldCost, type CostDefaults, type FieldCost } from './cost-rules.js';

/** How a root field is spread over the Sites. */
export interface SpreadRule {
  readonly merge: 'LIST' | 'CONNECTION' | 'SUM' | 'STREAM';
  /** Path to an argument; when it is given, one Site is asked. */
  readonly narrowedBy?: readonly string[];
}

/** What a process that spreads fields over Sites adds to the costs. */
export interface FieldSpread {
  /** Absent for a root field that is not spread. Asked when a document is compiled. */
  ruleOf(root: OperationTypeNode, field: string): SpreadRule | undefined;
  /** How many are asked when a request does not say which. */
  sites(): number;
  /** The schema that `@cost` and `@listSize` are read from. @default the one that clients see */
  annotated?(): GraphQLSchema;
}

export interface CompileCostOptions extends CostDefaults {
  readonly schema: GraphQLSchema;
  /** Valid against the schema. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Rows of a list that takes no argument for it. */
  readonly assumedListSize: number;
  readonly spread?: FieldSpread | undefined;
  /** The rules of fields that were met before, in other operations as well. */
  readonly rules: WeakMap<GraphQLField<unknown, unknown>, FieldCost>;
}

const noArguments: ReadonlyMap<string, ValueNode> = new Map();

/** What an operation costs with the variables of one request. */
export interface OperationCost {
  readonly cost: number;
  /** The innermost field that makes more than half of it, with its share. Absent when nothing costs anything. */
  readonly dearest?: { readonly field: string; readonly cost: number };
}

type Variables = Readonly<Record<string, unknown>>;

/** Ordering by key is cheaper than answering a row: what a Site's row costs that did not come into the page. */
const keyCost = 0.1;

/** Everything about an operation's cost that does not depend on variables. */
export class CompiledCost {
  private readonly fields: readonly CostField[];
  private readonly defaults: Variables;

  constructor(private readonly options: CompileCostOptions) {
    const { operation, schema } = options;
    this.fields = new CostCompiler(options).compile(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, true);
    this.defaults = Object.fromEntries(
      (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
        defaultValue === undefined ? [] : [[variable.name.value, valueOf(defaultValue, {})] as const],
      ),
    );
  }

  /** @param given - as the client sent them; values that do not fit their type are taken for absent, since execution refuses them */
  evaluate(given: Variables): OperationCost {
    const variables = { ...this.defaults, ...given };
    const totals = new CostTotals(variables, this.options.assumedListSize, this.options.spread?.sites() ?? 1);
    const priced = totals.fields(this.fields, undefined);
    const cost = rounded(sum(priced));
    const dearest = dearestOf(priced, cost);
    return { cost, ...(dearest && { dearest }) };
  }
}

/** One selected field. Fragments are shared by all places that spread them. */
interface CostField {
  readonly responseName: string;
  readonly name: string;
  readonly rule: FieldCost;
  readonly spread: SpreadRule | undefined;
  readonly argumentNodes: ReadonlyMap<string, ValueNode>;
  /** `@skip` and `@include` of the field and of the fragments around it. */
  readonly conditions: readonly DirectiveNode[];
  readonly children: readonly CostField[];
}

const noFields: readonly CostField[] = [];

class CostCompiler {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly compiled = new Map<string, readonly CostField[]>();

  constructor(private readonly options: CompileCostOptions) {
    this.fragments = new Map(
      options.document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])),
    );
  }

  compile(set: SelectionSetNode, parent: GraphQLNamedType | undefined, isRoot: boolean): readonly CostField[] {
    return set.selections.flatMap((selection): readonly CostField[] => {
      const conditions = conditionsOf(selection.directives);
      switch (selection.kind) {
        case Kind.FIELD:
          return this.field(selection, parent, isRoot, conditions);
        case Kind.INLINE_FRAGMENT: {
          const type = selection.typeCondition === undefined ? parent : this.options.schema.getType(selection.typeCondition.name.value);
          return withConditions(this.compile(selection.selectionSet, type, isRoot), conditions);
        }
        case Kind.FRAGMENT_SPREAD:
          return withConditions(this.fragment(selection.name.value, isRoot), conditions);
      }
    });
  }

  /** Validation has refused fragments that lead to themselves. */
  private fragment(name: string, isRoot: boolean): readonly CostField[] {
    const known = this.compiled.get(name);
    if (known !== undefined) return known;
    const fragment = this.fragments.get(name);
    const fields = fragment ? this.compile(fragment.selectionSet, this.options.schema.getType(fragment.typeCondition.name.value), isRoot) : [];
    this.compiled.set(name, fields);
    return fields;
  }

  private field(node: FieldNode, parent: GraphQLNamedType | undefined, isRoot: boolean, conditions: readonly DirectiveNode[]): readonly CostField[] {
    const field = fieldOf(parent, node.name.value);
    if (parent === undefined || field === undefined) return [];
    const { operation, spread } = this.options;
    const type = getNamedType(field.type);
    return [
      {
        responseName: node.alias?.value ?? node.name.value,
        name: node.name.value,
        rule: this.rule(parent, field),
        spread: isRoot ? spread?.ruleOf(operation.operation, field.name) : undefined,
        argumentNodes: node.arguments?.length ? new Map(node.arguments.map(({ name, value }) => [name.value, value])) : noArguments,
        conditions,
        children: node.selectionSet && isCompositeType(type) ? this.compile(node.selectionSet, type, false) : noFields,
      },
    ];
  }

  private rule(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): FieldCost {
    const { rules } = this.options;
    const known = rules.get(field);
    if (known !== undefined) return known;
    const rule = fieldCost(parent, field, this.options, this.options.spread?.annotated?.());
    rules.set(field, rule);
    return rule;
  }
}

interface PricedField {
  readonly name: string;
  readonly cost: number;
  readonly children: readonly PricedField[];
  /** How often the children are answered. */
  readonly times: number;
}

/** The part of a page that a field's parent has set for the lists in it. */
interface PageSize {
  readonly length: number;
  readonly fields: ReadonlySet<string> | undefined;
}

class CostTotals {
  constructor(
    private readonly variables: Variables,
    private readonly assumedListSize: number,
    private readonly sites: number,
  ) {}

  fields(fields: readonly CostField[], page: PageSize | undefined): PricedField[] {
    return fields.flatMap((field) => (this.isIncluded(field) ? [this.field(field, page)] : []));
  }

  private field(field: CostField, page: PageSize | undefined): PricedField {
    const { rule, spread, responseName } = field;
    const length = rule.kind === 'single' ? 1 : this.length(field, page);
    const children = this.fields(field.children, rule.kind === 'page' ? { length, fields: rule.sizedFields } : undefined);
    const times = rule.kind === 'list' ? length : 1;
    const once = times * (rule.weight + sum(children));
    if (spread === undefined) return { name: responseName, cost: once, children, times };
    const sites = this.sitesAsked(field, spread);
    switch (spread.merge) {
      // Every Site answers in full.
      case 'LIST':
      case 'SUM':
        return { name: responseName, cost: once * sites, children, times: times * sites };
      // Every Site is asked for the page's keys, and the page is answered once.
      case 'CONNECTION':
        return { name: responseName, cost: once + sites * rule.weight + (sites > 1 ? sites * length * keyCost : 0), children, times };
      case 'STREAM':
        return { name: responseName, cost: once + sites * rule.weight, children, times };
    }
  }

  private length({ rule, name, argumentNodes }: CostField, page: PageSize | undefined): number {
    const given = rule.slicingArguments.flatMap((argument) => lengthIn(valueOf(argumentNodes.get(argument), this.variables)) ?? []);
    if (given.length > 0) return Math.max(...given);
    const ofPage = page !== undefined && rule.kind === 'list' && (page.fields?.has(name) ?? true) ? page.length : undefined;
    return rule.unsizedLength ?? ofPage ?? this.assumedListSize;
  }

  private sitesAsked({ argumentNodes }: CostField, { narrowedBy }: SpreadRule): number {
    if (narrowedBy !== undefined && isGiven(this.valueAt(argumentNodes, narrowedBy))) return 1;
    const named = valueOf(argumentNodes.get('sites'), this.variables);
    return Array.isArray(named) && named.length > 0 ? new Set(named).size : this.sites;
  }

  private valueAt(argumentNodes: ReadonlyMap<string, ValueNode>, [first, ...rest]: readonly string[]): unknown {
    const start = first === undefined ? undefined : valueOf(argumentNodes.get(first), this.variables);
    return rest.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as Variables)[step] : undefined), start);
  }

  private isIncluded({ conditions }: CostField): boolean {
    return conditions.every(({ name, arguments: given }) => {
      const decision = valueOf(given?.find((each) => each.name.value === 'if')?.value, this.variables);
      // Only what is certain to be left out costs nothing.
      return name.value === 'skip' ? decision !== true : decision !== false;
    });
  }
}

function dearestOf(priced: readonly PricedField[], total: number): OperationCost['dearest'] {
  let fields = priced;
  let factor = 1;
  let found: { path: string[]; cost: number } | undefined;
  for (;;) {
    const [dearest] = fields.toSorted((a, b) => b.cost - a.cost);
    if (dearest === undefined || (found !== undefined && dearest.cost * factor * 2 <= total)) break;
    if (dearest.cost === 0) break;
    found = { path: [...(found?.path ?? []), dearest.name], cost: dearest.cost * factor };
    factor *= dearest.times;
    fields = dearest.children;
  }
  return found && { field: found.path.join('.'), cost: rounded(found.cost) };
}

function fieldOf(parent: GraphQLNamedType | undefined, name: string): GraphQLField<unknown, unknown> | undefined {
  for (const meta of [TypeNameMetaFieldDef, SchemaMetaFieldDef, TypeMetaFieldDef]) if (meta.name === name) return meta;
  return parent !== undefined && 'getFields' in parent ? (parent.getFields()[name] as GraphQLField<unknown, unknown> | undefined) : undefined;
}

const noConditions: readonly DirectiveNode[] = [];

function conditionsOf(directives: readonly DirectiveNode[] | undefined): readonly DirectiveNode[] {
  return directives === undefined || directives.length === 0 ? noConditions : directives.filter(({ name }) => name.value === 'skip' || name.value === 'include');
}

function withConditions(fields: readonly CostField[], conditions: readonly DirectiveNode[]): readonly CostField[] {
  return conditions.length === 0 ? fields : fields.map((field) => ({ ...field, conditions: [...field.conditions, ...conditions] }));
}

const greatestInt = 2 ** 31 - 1;

/** A length below nothing must not make the rest cheaper, and one without end must not make nothing of it. */
function lengthIn(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' && !Number.isNaN(value) ? Math.min(Math.max(value, 0), greatestInt) : undefined;
}

function valueOf(node: ValueNode | undefined, variables: Variables): unknown {
  switch (node?.kind) {
    case Kind.VARIABLE:
      return variables[node.name.value];
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.STRING:
    case Kind.ENUM:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.LIST:
      return node.values.map((each) => valueOf(each, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, valueOf(value, variables)]));
    default:
      return undefined;
  }
}

const sum = (fields: readonly PricedField[]): number => fields.reduce((total, { cost }) => total + cost, 0);

const rounded = (cost: number): number => Math.ceil(Number(cost.toFixed(6)));

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined;
}
