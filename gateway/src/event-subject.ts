import { Kind, parse, print, type OperationDefinitionNode } from 'graphql';

/**
 * By root field, the path in its events to the id of their subject, such as `{ copyProgress: 'operation.id' }`. Of these streams
 * only the latest event of a subject matters to a client that is slow.
 */
export type EventSubjects = Readonly<Record<string, string>>;

/** The id of the subject of an event, as the subgraph sent it. */
export type SubjectOf = (event: Record<string, unknown>) => string | undefined;

const SUBJECT_ALIAS = '_gateway_subject';

/** Selects the subject under an alias of ours; what the client did not ask for, the executor leaves out of its result. */
export function selectSubject(query: string, subjects: EventSubjects): { field: string; query: string; subjectOf: SubjectOf | undefined } {
  const document = parse(query, { noLocation: true });
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)!;
  const root = operation.selectionSet.selections[0];
  if (root?.kind !== Kind.FIELD) throw new Error('invariant: the planner has given the subscription one root field');
  const field = root.name.value;
  const path = subjects[field];
  if (!path) return { field, query, subjectOf: undefined };
  const [first, ...others] = path.split('.');
  const selection = others.reduceRight((inner, name) => `{ ${name} ${inner} }`, '');
  const subject = parse(`{ ${SUBJECT_ALIAS}: ${first} ${selection} }`, { noLocation: true }).definitions[0] as OperationDefinitionNode;
  const selections = [...(root.selectionSet?.selections ?? []), ...subject.selectionSet.selections];
  const withIt: OperationDefinitionNode = {
    ...operation,
    selectionSet: { kind: Kind.SELECTION_SET, selections: [{ ...root, selectionSet: { kind: Kind.SELECTION_SET, selections } }] },
  };
  return {
    field,
    query: print({ ...document, definitions: document.definitions.map((definition) => (definition === operation ? withIt : definition)) }),
    subjectOf: (event) => {
      const value = others.reduce<unknown>((object, name) => (object as Record<string, unknown> | null | undefined)?.[name], event[SUBJECT_ALIAS]);
      return typeof value === 'string' ? value : undefined;
    },
  };
}
