import { Kind, print, type ConstDirectiveNode, type DocumentNode, type FieldDefinitionNode, type FieldNode, type SelectionNode, type SelectionSetNode } from 'graphql';
import { parseFieldSet } from './field-set.js';
import { argument, isFielded, joinFields, namedType, subgraphNames, withArgument, type FieldedType } from './join-directives.js';
import { requirementKey, type StandIn, type StandIns } from './stand-ins.js';

export interface StandInSupergraph {
  /** The same object as was given when there are no stand-ins. */
  readonly document: DocumentNode;
  readonly standIns: StandIns;
}

/**
 * Gives each field that some `@requires` names, and that takes arguments, a {@link StandIn} for each set of arguments.
 *
 * The planner itself knows fields by their response name alone: of two requirements of one field with other arguments it
 * fetches one, and gives it to both; the same for a requirement and a client that asks for the field with arguments of its own.
 *
 * A stand-in is external only where it is required. That, too, mends a plan: where a subgraph declares a field as external
 * for another requirement, the planner takes it for one that can be fetched there.
 */
export function introduceStandIns(supergraph: DocumentNode): StandInSupergraph {
  const collected = new StandInCollector(supergraph);
  if (collected.byName.size === 0) return { document: supergraph, standIns: collected };
  const definitions = supergraph.definitions.map((definition) => (isFielded(definition) ? collected.rewrite(definition) : definition));
  return { document: { kind: Kind.DOCUMENT, definitions }, standIns: collected };
}

class StandInCollector implements StandIns {
  readonly byName = new Map<string, StandIn>();
  readonly requirements = new Map<string, SelectionSetNode>();
  readonly #types: ReadonlyMap<string, FieldedType>;
  readonly #names: ReadonlyMap<string, string>;
  /** By field and printed arguments. */
  readonly #byCall = new Map<string, StandIn>();
  /** By `Type.field`. */
  readonly #ofField = new Map<string, Set<StandIn>>();
  /** Values of `join__Graph` in which a stand-in is required, by its name. */
  readonly #requiredIn = new Map<string, Set<string>>();

  constructor(supergraph: DocumentNode) {
    this.#types = new Map(supergraph.definitions.filter(isFielded).map((type) => [type.name.value, type]));
    this.#names = subgraphNames(supergraph);
    for (const type of this.#types.values()) {
      for (const field of type.fields ?? []) {
        for (const directive of joinFields(field)) this.#collect(type, field, directive);
      }
    }
  }

  /** The type with its stand-ins, and with requirements and provisions that name them. */
  rewrite(type: FieldedType): FieldedType {
    return {
      ...type,
      fields: (type.fields ?? []).flatMap((field) => {
        const rewritten = this.#rewriteField(type, field);
        return [rewritten, ...[...(this.#ofField.get(`${type.name.value}.${field.name.value}`) ?? [])].map((standIn) => this.#definition(rewritten, standIn))];
      }),
    };
  }

  #collect(type: FieldedType, field: FieldDefinitionNode, directive: ConstDirectiveNode): void {
    const requires = argument(directive, 'requires');
    const graph = argument(directive, 'graph');
    if (typeof requires !== 'string' || typeof graph !== 'string') return;
    const before = this.byName.size;
    const original = parseFieldSet(requires);
    const selections = this.#standFor(original, type.name.value, graph);
    if (this.byName.size === before && print(selections) === print(original)) return;
    this.requirements.set(requirementKey(this.#names.get(graph) ?? graph, type.name.value, field.name.value), selections);
  }

  #standFor(selections: SelectionSetNode, typeName: string, graph: string): SelectionSetNode {
    return {
      ...selections,
      selections: selections.selections.map((selection) => {
        switch (selection.kind) {
          case Kind.FIELD:
            return this.#standForField(selection, typeName, graph);
          case Kind.INLINE_FRAGMENT:
            return { ...selection, selectionSet: this.#standFor(selection.selectionSet, selection.typeCondition?.name.value ?? typeName, graph) };
          case Kind.FRAGMENT_SPREAD:
            return selection;
        }
      }),
    };
  }

  #standForField(selection: FieldNode, typeName: string, graph: string): FieldNode {
    const definition = this.#types.get(typeName)?.fields?.find(({ name }) => name.value === selection.name.value);
    if (!definition) return selection;
    const below = selection.selectionSet && this.#standFor(selection.selectionSet, namedType(definition.type), graph);
    if (!definition.arguments?.length) return below ? { ...selection, selectionSet: below } : selection;
    const standIn = this.#standIn(selection);
    for (const name of [typeName, ...this.#implementers(typeName)]) add(this.#ofField, `${name}.${selection.name.value}`, standIn);
    add(this.#requiredIn, standIn.name, graph);
    return { kind: Kind.FIELD, name: { kind: Kind.NAME, value: standIn.name }, ...(below ? { selectionSet: below } : {}) };
  }

  #standIn(selection: FieldNode): StandIn {
    const call = print({ kind: Kind.FIELD, name: selection.name, arguments: selection.arguments ?? [] });
    const known = this.#byCall.get(call);
    if (known) return known;
    const name = `${selection.name.value}__required${this.#byCall.size + 1}`;
    const standIn: StandIn = { name, field: selection.name.value, arguments: selection.arguments ?? [] };
    this.#byCall.set(call, standIn);
    this.byName.set(name, standIn);
    return standIn;
  }

  #implementers(typeName: string): string[] {
    return [...this.#types.values()].filter(({ interfaces }) => interfaces?.some(({ name }) => name.value === typeName)).map(({ name }) => name.value);
  }

  #rewriteField(type: FieldedType, field: FieldDefinitionNode): FieldDefinitionNode {
    return { ...field, directives: (field.directives ?? []).map((directive) => this.#rewriteDirective(type, field, directive)) };
  }

  #rewriteDirective(type: FieldedType, field: FieldDefinitionNode, directive: ConstDirectiveNode): ConstDirectiveNode {
    if (directive.name.value !== 'join__field') return directive;
    const graph = String(argument(directive, 'graph'));
    const required = this.requirements.get(requirementKey(this.#names.get(graph) ?? graph, type.name.value, field.name.value));
    const withRequires = required && argument(directive, 'requires') !== undefined ? withArgument(directive, 'requires', fieldSet(required)) : directive;
    const provides = argument(directive, 'provides');
    if (typeof provides !== 'string') return withRequires;
    return withArgument(withRequires, 'provides', fieldSet(this.#provide(parseFieldSet(provides), namedType(field.type), graph)));
  }

  /** What a field with arguments provides, it provides with all arguments. */
  #provide(selections: SelectionSetNode, typeName: string, graph: string): SelectionSetNode {
    return {
      ...selections,
      selections: selections.selections.flatMap((selection): SelectionNode[] => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection];
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          return [{ ...selection, selectionSet: this.#provide(selection.selectionSet, selection.typeCondition?.name.value ?? typeName, graph) }];
        }
        const definition = this.#types.get(typeName)?.fields?.find(({ name }) => name.value === selection.name.value);
        const below = selection.selectionSet && definition && this.#provide(selection.selectionSet, namedType(definition.type), graph);
        const provided: FieldNode = below ? { ...selection, selectionSet: below } : selection;
        const standIns = [...(this.#ofField.get(`${typeName}.${selection.name.value}`) ?? [])].filter(({ name }) => this.#requiredIn.get(name)?.has(graph));
        return [provided, ...standIns.map(({ name }): FieldNode => ({ ...provided, name: { kind: Kind.NAME, value: name }, arguments: [] }))];
      }),
    };
  }

  #definition(field: FieldDefinitionNode, { name }: StandIn): FieldDefinitionNode {
    const isUsed = (directive: ConstDirectiveNode): boolean =>
      directive.name.value !== 'join__field' || argument(directive, 'external') !== true || this.#requiredIn.get(name)!.has(String(argument(directive, 'graph')));
    return { ...field, name: { kind: Kind.NAME, value: name }, arguments: [], directives: (field.directives ?? []).filter(isUsed) };
  }
}

function fieldSet(selections: SelectionSetNode): { readonly kind: Kind.STRING; readonly value: string } {
  return { kind: Kind.STRING, value: print(selections).replace(/\s+/g, ' ').slice(1, -1).trim() };
}

function add<Value>(sets: Map<string, Set<Value>>, key: string, value: Value): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(value));
}
