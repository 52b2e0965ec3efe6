import {
  buildASTSchema,
  Kind,
  parse,
  visit,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveDefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  type ObjectTypeDefinitionNode,
  type TypeDefinitionNode,
} from 'graphql';

/** A subgraph's SDL with extensions folded into definitions and the machinery of federation left out. */
export interface SubgraphSdl {
  schemaDirectives: readonly ConstDirectiveNode[];
  types: ReadonlyMap<string, TypeDefinitionNode>;
  directives: ReadonlyMap<string, DirectiveDefinitionNode>;
}

/** Far more than any real schema has; a limit on what a member can make this process parse. */
const MAX_TOKENS = 400_000;
const FEDERATION_TYPES = new Set(['_Any', '_Entity', '_Service']);
const FEDERATION_ROOT_FIELDS = new Set(['_entities', '_service']);

/** @throws Error of `graphql` when the text is no SDL; its message is fit for people who run members */
export function readSubgraphSdl(sdl: string): SubgraphSdl {
  const document = parse(sdl, { noLocation: true, maxTokens: MAX_TOKENS });
  const schemaDirectives: ConstDirectiveNode[] = [];
  const types = new Map<string, TypeDefinitionNode>();
  const directives = new Map<string, DirectiveDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION) {
      for (const root of definition.operationTypes ?? []) {
        if (root.type.name.value.toLowerCase() !== root.operation) {
          throw new Error(`the root type of ${root.operation} is called ${root.type.name.value}; call it by its usual name`);
        }
      }
      schemaDirectives.push(...(definition.directives ?? []));
    } else if (definition.kind === Kind.DIRECTIVE_DEFINITION) {
      directives.set(definition.name.value, definition);
    } else if (isTypeDefinitionOrExtension(definition) && !FEDERATION_TYPES.has(definition.name.value)) {
      const type = asDefinition(definition);
      const before = types.get(type.name.value);
      types.set(type.name.value, before ? folded(before, type) : type);
    }
  }
  const query = types.get('Query');
  if (query?.kind === Kind.OBJECT_TYPE_DEFINITION) types.set('Query', withoutFederationFields(query));
  return { schemaDirectives, types, directives };
}

/** The document of a subgraph, for composition. */
export function toDocument({ schemaDirectives, types, directives }: SubgraphSdl): DocumentNode {
  const schema: DefinitionNode[] = schemaDirectives.length > 0 ? [{ kind: Kind.SCHEMA_EXTENSION, directives: schemaDirectives }] : [];
  return { kind: Kind.DOCUMENT, definitions: [...schema, ...directives.values(), ...types.values()] };
}

/**
 * What can be asked of the subgraph: its types without directives, and `_entities` when it has entities.
 *
 * @throws Error of `graphql` when a field has a type that is not defined
 */
export function toExecutableSchema(sdl: SubgraphSdl): GraphQLSchema {
  const entities = [...sdl.types.values()].filter((type) => type.kind === Kind.OBJECT_TYPE_DEFINITION && isEntity(type)).map((type) => type.name.value);
  const machinery =
    entities.length > 0
      ? parse(`scalar _Any union _Entity = ${entities.join(' | ')} extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`, { noLocation: true }).definitions
      : [];
  const bare = visit({ kind: Kind.DOCUMENT, definitions: [...sdl.types.values()] } as DocumentNode, { Directive: () => null });
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions: [...bare.definitions, ...machinery] }, { assumeValid: true, assumeValidSDL: true });
}

export function isEntity(type: TypeDefinitionNode): boolean {
  return keysOf(type).some((key) => key.isResolvable);
}

/** The `@key` directives of a type: the field set, and whether the subgraph resolves it. */
export function keysOf(type: TypeDefinitionNode): { fields: string; isResolvable: boolean }[] {
  return (type.directives ?? []).filter(isKeyDirective).map((directive) => {
    const fields = directive.arguments?.find((argument) => argument.name.value === 'fields')?.value;
    const resolvable = directive.arguments?.find((argument) => argument.name.value === 'resolvable')?.value;
    return {
      fields: fields?.kind === Kind.STRING ? fields.value : '',
      isResolvable: !(resolvable?.kind === Kind.BOOLEAN && !resolvable.value),
    };
  });
}

function isKeyDirective({ name }: ConstDirectiveNode): boolean {
  return name.value === 'key' || name.value === 'federation__key';
}

function isTypeDefinitionOrExtension(definition: DefinitionNode): definition is Extract<DefinitionNode, { name: unknown }> & (TypeDefinitionNode | { kind: `${string}Extension` }) {
  return /^(Scalar|Object|Interface|Union|Enum|InputObject)Type(Definition|Extension)$/.test(definition.kind);
}

function asDefinition(node: DefinitionNode): TypeDefinitionNode {
  return { ...node, kind: node.kind.replace(/Extension$/, 'Definition') } as TypeDefinitionNode;
}

function folded(type: TypeDefinitionNode, extension: TypeDefinitionNode): TypeDefinitionNode {
  const result: Record<string, unknown> = { ...type };
  for (const part of ['fields', 'values', 'types', 'interfaces', 'directives'] as const) {
    const more = (extension as unknown as Record<string, readonly unknown[] | undefined>)[part];
    if (more?.length) result[part] = [...((result[part] as unknown[] | undefined) ?? []), ...more];
  }
  return result as unknown as TypeDefinitionNode;
}

function withoutFederationFields(query: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
  return { ...query, fields: (query.fields ?? []).filter((field) => !FEDERATION_ROOT_FIELDS.has(field.name.value)) };
}
