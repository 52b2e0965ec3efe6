import { Field, ID, InterfaceType } from 'type-graphql';
import { isSiteId, parseId, type IdKind } from './ids.js';

/** The interface of everything with a global id. The id says which type it is, so rows need not be class instances. */
@InterfaceType({
  description: 'Something with a global id.',
  // Else every class of the process that implements it would be in every schema that has it.
  autoRegisterImplementations: false,
  resolveType: (value: { id: string }) => nodeTypeName(value.id),
})
export abstract class Node {
  @Field(() => ID, { description: 'Global and opaque.' })
  id!: string;
}

const typeNames: Readonly<Record<IdKind, string>> = {
  app: 'AppInstance',
  'app-service': 'AppService',
  'data-service': 'DataService',
  broker: 'Broker',
  repository: 'CopyRepository',
  copy: 'Copy',
  'copy-part': 'CopyPart',
  operation: 'Operation',
  event: 'Event',
};

/**
 * The name of the GraphQL type that an id names.
 *
 * @throws INVALID_ID
 */
export function nodeTypeName(id: string): string {
  return isSiteId(id) ? 'Site' : typeNames[parseId(id).kind];
}
