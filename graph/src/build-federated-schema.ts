import { buildSubgraphSchema } from '@apollo/subgraph';
import { addPartitionDirectives } from '@ocopea/partition/schema';
import { parse, print, visit, type DocumentNode, type GraphQLScalarType, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, createResolversMap, type BuildSchemaOptions, type PubSub } from 'type-graphql';
import { DateTimeScalar } from './date-time-scalar.js';
import { documentOfSchema } from './document-of-schema.js';
import { sortDocument } from './sort-document.js';

/** Finds the entity of one representation; `null` when there is none. One that throws costs its own row only. */
export type ReferenceResolver<TContext = unknown> = (
  representation: { readonly __typename: string; readonly id: string },
  context: TContext,
) => object | null | Promise<object | null>;

export interface FederatedSchemaOptions {
  /** type-graphql resolver classes. */
  readonly resolvers: BuildSchemaOptions['resolvers'];
  /** Types no root field returns: entities that are only referenced, implementations of an interface. */
  readonly orphanedTypes?: readonly Function[];
  /** Scalars for TypeScript types without an explicit one. `Date` is `DateTime` already. */
  readonly scalars?: readonly { readonly type: Function; readonly scalar: GraphQLScalarType }[];
  /** By type name. An entity without one resolves to its representation. */
  readonly referenceResolvers?: Readonly<Record<string, ReferenceResolver<never>>>;
  /** True for a subgraph that carries `@everySite` and `@oneSite`. @default false */
  readonly partition?: boolean;
  /** How type-graphql gets resolver instances. */
  readonly container?: BuildSchemaOptions['container'];
  /** class-validator on inputs. @default false */
  readonly validate?: BuildSchemaOptions['validate'];
}

export interface FederatedSchema {
  /** Executable, with `_service` and `_entities`. */
  readonly schema: GraphQLSchema;
  /** The subgraph's SDL for composition and for `schema/*.graphql`: the same text for the same classes, in any order. */
  readonly sdl: string;
}

/**
 * A Federation 2 subgraph from type-graphql classes, whose `@Directive`s carry `@key` and the rest. type-graphql knows neither
 * `@link` nor `__resolveReference`: its schema is printed with directives, completed, and built again by `@apollo/subgraph`.
 */
export function buildFederatedSchema(options: FederatedSchemaOptions): FederatedSchema {
  const plain = buildSchemaSync({
    resolvers: options.resolvers,
    orphanedTypes: [...(options.orphanedTypes ?? [])],
    scalarsMap: [{ type: Date, scalar: DateTimeScalar }, ...(options.scalars ?? [])],
    validate: options.validate ?? false,
    pubSub: unusedPubSub,
    ...(options.container !== undefined && { container: options.container }),
  });
  const typeDefs = federatedDocument(plain, options.partition ?? false);
  const schema = buildSubgraphSchema({ typeDefs, resolvers: resolversOf(plain, options.referenceResolvers ?? {}) });
  return { schema, sdl: `${print(typeDefs)}\n` };
}

/** Federation directives of classes; those that are used are imported. */
const federationDirectives = [
  '@external',
  '@inaccessible',
  '@interfaceObject',
  '@key',
  '@override',
  '@provides',
  '@requires',
  '@shareable',
  '@tag',
];

function federatedDocument(plain: GraphQLSchema, partition: boolean): DocumentNode {
  const types = documentOfSchema(plain);
  const used = new Set<string>();
  visit(types, { Directive: (node) => void used.add(`@${node.name.value}`) });
  const imports = federationDirectives.filter((name) => used.has(name));
  if (partition) imports.push('@composeDirective');
  const link = parse(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ${JSON.stringify(imports)})`);
  // The roots have their default names: a schema definition says nothing, and would stand beside the extension.
  const definitions = types.definitions.filter((definition) => definition.kind !== 'SchemaDefinition');
  const document: DocumentNode = { ...types, definitions: [...link.definitions, ...definitions] };
  return sortDocument(partition ? addPartitionDirectives(document) : document);
}

function resolversOf(plain: GraphQLSchema, references: NonNullable<FederatedSchemaOptions['referenceResolvers']>) {
  const resolvers = createResolversMap(plain) as Record<string, object>;
  for (const [typeName, resolve] of Object.entries(references)) {
    resolvers[typeName] = {
      ...resolvers[typeName],
      // Async, so that one that throws at once rejects its own row rather than the whole list.
      __resolveReference: async (representation: never, context: never) => resolve(representation, context),
    };
  }
  return resolvers as NonNullable<Extract<Parameters<typeof buildSubgraphSchema>[0], { typeDefs: unknown }>['resolvers']>;
}

/** type-graphql asks for one as soon as there is a subscription, though each of ours brings its own iterable. */
const unusedPubSub: PubSub = {
  publish: () => failUnusedPubSub(),
  subscribe: () => failUnusedPubSub(),
};

function failUnusedPubSub(): never {
  throw new Error('invariant: a @Subscription has topics; give it a `subscribe` function instead');
}
