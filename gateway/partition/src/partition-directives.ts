import { Kind, parse, print, type DocumentNode } from 'graphql';

/** Identifies these directives in `@link`; the last segment is the version. */
export const PARTITION_SPEC_URL = 'https://ocopea.dev/partition/v1.0';

/** How the answers of several members become one. */
export const PartitionMerge = {
  /** Lists one after the other, in order of member id. */
  LIST: 'LIST',
  /** Relay connections in one order; see `cursor.ts` for what a cursor must hold. */
  CONNECTION: 'CONNECTION',
  /** Numbers, and objects of numbers, added up. */
  SUM: 'SUM',
  /** Events of all members, as they come. Subscription fields alone. */
  STREAM: 'STREAM',
} as const;
export type PartitionMerge = (typeof PartitionMerge)[keyof typeof PartitionMerge];

/** Definitions of the partition directives, to be part of the subgraph's SDL. */
export const PARTITION_DEFINITIONS_SDL = `"""
Asks every member of the partition and merges what they answer. With \`narrowedBy\`, a path to an optional argument that
holds an id: when that is given, its owner alone is asked.
"""
directive @everySite(merge: PartitionMerge!, narrowedBy: String) on FIELD_DEFINITION

"Asks one member: the owner of the id, or the member, that the argument at the path \`by\` names."
directive @oneSite(by: String!) on FIELD_DEFINITION

"How the answers of several members become one."
enum PartitionMerge {
  "Lists, one after the other."
  LIST
  "Relay connections, in one order."
  CONNECTION
  "Numbers and objects of numbers, added up."
  SUM
  "Events, as they come."
  STREAM
}
`;

/** The schema directives that keep `@everySite` and `@oneSite` in the supergraph. */
export const PARTITION_LINK_SDL = linkSdl('@composeDirective');

/**
 * Adds the directive definitions to a Federation 2 subgraph SDL, and the `@link` and `@composeDirective` lines that
 * keep them in the supergraph. What is there already is left alone. The SDL's own federation `@link` must be of v2.1 or
 * later.
 */
export function withPartitionDirectives(sdl: string): string {
  return print(addPartitionDirectives(parse(sdl)));
}

/** As {@link withPartitionDirectives}, on a parsed document. */
export function addPartitionDirectives(document: DocumentNode): DocumentNode {
  const defined = new Set<string>();
  for (const definition of document.definitions) {
    if ('name' in definition && definition.name) defined.add(`${definition.kind}:${definition.name.value}`);
  }
  const missing = parse(PARTITION_DEFINITIONS_SDL).definitions.filter(
    (definition) => 'name' in definition && definition.name && !defined.has(`${definition.kind}:${definition.name.value}`),
  );
  const schemaDirectives = document.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? []).map((directive) => print(directive))
      : [],
  );
  if (schemaDirectives.some((directive) => directive.includes(PARTITION_SPEC_URL))) {
    return { ...document, definitions: [...document.definitions, ...missing] };
  }
  const importsCompose = schemaDirectives.some((directive) => directive.startsWith('@link') && directive.includes('"@composeDirective"'));
  const link = parse(linkSdl(importsCompose ? '@composeDirective' : '@federation__composeDirective')).definitions;
  return { ...document, definitions: [...document.definitions, ...link, ...missing] };
}

/** A directive that the federation `@link` does not import is known by its prefixed name. */
function linkSdl(composeDirective: string): string {
  return `extend schema
  @link(url: "${PARTITION_SPEC_URL}", import: ["@everySite", "@oneSite", "PartitionMerge"])
  ${composeDirective}(name: "@everySite")
  ${composeDirective}(name: "@oneSite")
`;
}
