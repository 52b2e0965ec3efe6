import {
  Kind,
  type DocumentNode,
  type GraphQLError,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { EdgeRequest, MutationRecord } from './edge-options.js';

export interface ExecutedMutation {
  readonly request: EdgeRequest;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly errors: readonly GraphQLError[];
}

/** A record for each root field of a mutation, with the code of the error that names it, or of one that names none. */
export function mutationRecords({ request, document, operation, errors }: ExecutedMutation): MutationRecord[] {
  const at = new Date();
  return rootFields(operation.selectionSet, document).map(({ field, responseKey }) => {
    const error = errors.find(({ path }) => path === undefined || path[0] === responseKey);
    return {
      requestId: request.id,
      principal: request.principal,
      operationName: operation.name?.value,
      field,
      outcome: error === undefined ? 'OK' : String(error.extensions['code'] ?? 'INTERNAL'),
      remoteAddress: request.remoteAddress,
      at,
    };
  });
}

interface RootField {
  readonly field: string;
  readonly responseKey: string;
}

/** Validation has refused fragments that lead to themselves. */
function rootFields(selectionSet: SelectionSetNode, document: DocumentNode): RootField[] {
  return selectionSet.selections.flatMap((selection): RootField[] => {
    switch (selection.kind) {
      case Kind.FIELD:
        return [{ field: selection.name.value, responseKey: selection.alias?.value ?? selection.name.value }];
      case Kind.INLINE_FRAGMENT:
        return rootFields(selection.selectionSet, document);
      case Kind.FRAGMENT_SPREAD: {
        const fragment = document.definitions.find(
          (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection.name.value,
        );
        return fragment?.kind === Kind.FRAGMENT_DEFINITION ? rootFields(fragment.selectionSet, document) : [];
      }
    }
  });
}
