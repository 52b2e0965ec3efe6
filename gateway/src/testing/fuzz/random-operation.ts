import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  parse,
  validate,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import type { SeededRandom } from './seeded-random.js';

export interface RandomOperation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Leaf values that mean something to the graph, such as the ids that it has. */
export interface KnownValues {
  readonly strings: readonly string[];
  readonly numbers: readonly number[];
}

/**
 * A query that is valid for the schema: nested selections, aliases, arguments as literals and variables, fragments of both kinds on
 * objects, interfaces and unions, `@skip` and `@include` by literals and variables, fields twice.
 */
export function randomOperation(schema: GraphQLSchema, values: KnownValues, random: SeededRandom): RandomOperation {
  for (;;) {
    const made = new OperationMaker(schema, values, random).make();
    // Fields that cannot be merged, and arguments that contradict one another, come out now and then.
    if (validate(schema, parse(made.query)).length === 0) return made;
  }
}

const MAX_DEPTH = 5;

class OperationMaker {
  readonly #variables = new Map<string, { readonly type: string; readonly value: unknown; readonly isGiven: boolean }>();
  readonly #fragments: string[] = [];
  #names = 0;
  /** Fields that may still be selected: an operation is read by people when it fails. */
  #room = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly values: KnownValues,
    private readonly random: SeededRandom,
  ) {}

  make(): RandomOperation {
    this.#room = this.random.between(3, 30);
    const selections = this.#selections(this.schema.getQueryType()!, 0);
    const declared = [...this.#variables].map(([name, { type }]) => `$${name}: ${type}`).join(', ');
    const query = `query Fuzz${declared ? `(${declared})` : ''} ${selections} ${this.#fragments.join(' ')}`.trim();
    const variables = Object.fromEntries([...this.#variables].flatMap(([name, { value, isGiven }]) => (isGiven ? [[name, value]] : [])));
    return { query, variables };
  }

  #selections(type: GraphQLCompositeType, depth: number): string {
    const count = this.random.between(1, depth === 0 ? 3 : 4);
    const selections: string[] = [];
    for (let i = 0; i < count; i++) selections.push(...this.#selection(type, depth));
    if (selections.length === 0) selections.push('__typename');
    if (selections.length > 0 && this.random.chance(0.1)) selections.push(this.random.pick(selections));
    return `{ ${selections.join(' ')} }`;
  }

  #selection(type: GraphQLCompositeType, depth: number): readonly string[] {
    if (isUnionType(type) || this.random.chance(isAbstractType(type) ? 0.45 : 0.12)) {
      if (this.random.chance(0.12)) return [`__typename${this.#condition()}`];
      return [this.#fragment(type, depth)];
    }
    const fields = Object.values(type.getFields()).filter(({ name, type: of }) => !name.startsWith('_') && (depth < MAX_DEPTH || !isCompositeType(getNamedType(of))));
    if (fields.length === 0 || this.random.chance(0.06)) return [`__typename${this.#condition()}`];
    return this.#field(this.random.pick(fields), depth);
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): readonly string[] {
    if (this.#room-- <= 0) return [];
    const given = field.args.filter((argument) => isRequiredArgument(argument) || this.random.chance(0.4)).map((argument) => this.#argument(argument));
    const alias = given.length > 0 || this.random.chance(0.15) ? `${this.#name('f')}: ` : '';
    const of = getNamedType(field.type);
    const below = isCompositeType(of) ? ` ${this.#selections(of, depth + 1)}` : '';
    return [`${alias}${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${this.#condition()}${below}`];
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const condition = this.random.pick(this.#conditionsFor(type));
    const selections = this.#selections(condition, depth + 1);
    if (this.random.chance(0.3)) {
      const name = this.#name('Part');
      this.#fragments.push(`fragment ${name} on ${condition.name} ${selections}`);
      return `...${name}${this.#condition()}`;
    }
    const isPlain = condition === type && this.random.chance(0.3);
    return `...${isPlain ? '' : ` on ${condition.name}`}${this.#condition()} ${selections}`;
  }

  /** The type itself, and each that shares an object type with it. */
  #conditionsFor(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
    const possible = isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type];
    const others = Object.values(this.schema.getTypeMap()).filter((each) => isAbstractType(each)).filter((each) => each !== type);
    const overlapping = others.filter((each) => this.schema.getPossibleTypes(each).some((object) => possible.includes(object)));
    return [type, ...possible, ...possible, ...overlapping];
  }

  #condition(): string {
    if (!this.random.chance(0.12)) return '';
    const name = this.random.pick(['skip', 'include']);
    if (this.random.chance(0.3)) return ` @${name}(if: ${this.random.chance(0.5)})`;
    return ` @${name}(if: $${this.#variable('Boolean!', this.random.chance(0.5))})`;
  }

  #argument({ name, type, defaultValue }: GraphQLArgument): string {
    if (this.random.chance(0.4)) {
      const isGiven = isNonNullType(type) && defaultValue === undefined ? true : this.random.chance(0.8);
      return `${name}: $${this.#variable(String(type), this.#value(type, 0), isGiven)}`;
    }
    return `${name}: ${literal(this.#value(type, 0))}`;
  }

  #variable(type: string, value: unknown, isGiven = true): string {
    const like = [...this.#variables].find(([, known]) => known.type === type);
    if (like && this.random.chance(0.3)) return like[0];
    const name = this.#name('v');
    this.#variables.set(name, { type, value: plain(value), isGiven });
    return name;
  }

  #name(kind: string): string {
    return `${kind}${++this.#names}`;
  }

  #value(type: GraphQLInputType, depth: number): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType, depth);
    if (depth > 0 && this.random.chance(0.08)) return null;
    if (isListType(type)) return Array.from({ length: this.random.between(0, 3) }, () => (isNonNullType(type.ofType) ? this.#value(type.ofType, depth) : this.#value(type.ofType, depth + 1)));
    if (isEnumType(type)) return new EnumValue(this.random.pick(type.getValues()).name);
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => isRequiredInputField(field) || (depth < 3 && this.random.chance(0.5)));
      return Object.fromEntries(fields.map((field) => [field.name, this.#value(field.type, depth + 1)]));
    }
    const { strings, numbers } = this.values;
    switch (type.name) {
      case 'Int':
        return this.random.pick([...numbers.filter(Number.isInteger), 0, 1, 2]);
      case 'Float':
        return this.random.pick([...numbers, 0, 1.5]);
      case 'Boolean':
        return this.random.chance(0.5);
      default:
        return this.random.pick([...strings, ...strings, 'nothing']);
    }
  }
}

class EnumValue {
  constructor(readonly name: string) {}
}

function literal(value: unknown): string {
  if (value instanceof EnumValue) return value.name;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value).map(([name, each]) => `${name}: ${literal(each)}`).join(', ')} }`;
}

function plain(value: unknown): unknown {
  if (value instanceof EnumValue) return value.name;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}
