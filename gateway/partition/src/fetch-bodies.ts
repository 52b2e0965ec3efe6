import { Kind, parseType, type FieldNode, type VariableDefinitionNode } from 'graphql';
import { fitAnswer, MISFIT, type MisfitCount } from './answer-shape.js';
import { callAndReport } from './ask-member.js';
import type { KeysFirstLayout } from './keys-first-layout.js';
import { fetchError, passedOnErrors, type FetchError } from './fetch-error.js';
import type { FetchRoot } from './fetch-plan.js';
import type { FetchSession } from './fetch-session.js';
import { rowsLeftOut } from './member-answer.js';
import { buildMemberDocument, type MemberDocument } from './member-document.js';
import { knowledgeOf } from './member-knowledge.js';
import type { Row } from './member-page.js';
import { memberIncompatible } from './partition-error.js';
import type { MemberGraphQLError, PartitionMember } from './partition-member.js';

const REPRESENTATIONS = '_partition_representations';
const ENTITIES = '_entities';

interface MemberBodies {
  member: string;
  rows: readonly Row[];
  errors: readonly MemberGraphQLError[];
}

/**
 * Fetches what the client asked of the page's rows, from each row's own member. Rows that are gone meanwhile, or whose
 * member is, are left out; the page info still speaks of the page as it was ranked.
 */
export async function fetchBodies(session: FetchSession, root: FetchRoot, layout: KeysFirstLayout, page: readonly Row[]): Promise<{ rows: Row[]; errors: FetchError[] }> {
  if (layout.onlyKeys) return { rows: page.filter((row) => fillFromKey(layout, layout.onlyKeys!, row)), errors: [] };
  const byMember = new Map<string, Row[]>();
  for (const row of page) {
    if (row.typename === undefined) continue;
    byMember.set(row.member, [...(byMember.get(row.member) ?? []), row]);
  }
  const errors: FetchError[] = [];
  const answered = await Promise.all(
    [...byMember].map(([id, rows]) => bodiesOf(session, root, layout, session.members.get(id) as PartitionMember, rows, errors)),
  );
  const rows = page.filter((row) => layout.list.key in row.items);
  const placeOf = new Map(rows.map((row, place) => [row, place]));
  for (const { member, rows: own, errors: memberErrors } of answered) {
    errors.push(
      ...passedOnErrors(memberErrors, member, ([entities, index, ...rest]) => {
        const row = entities === ENTITIES && typeof index === 'number' ? own[index] : undefined;
        const place = row && placeOf.get(row);
        return place === undefined ? [root.key] : [root.key, layout.list.key, place, ...(layout.edge ? [layout.edge.nodeKey] : []), ...rest];
      }),
    );
  }
  return { rows, errors };
}

/** Fills the rows' items in; a row without one afterwards has no body. */
async function bodiesOf(
  session: FetchSession,
  root: FetchRoot,
  layout: KeysFirstLayout,
  member: PartitionMember,
  rows: readonly Row[],
  errors: FetchError[],
): Promise<MemberBodies> {
  const document = bodyDocument(session, root, layout, member);
  const lost = { member: member.id, rows, errors: [] };
  const missing = document.missing.get(ENTITIES);
  if (missing && member.covers === 'whole') {
    errors.push(fetchError(memberIncompatible(member.id, `runs a version that does not know ${missing.slice(0, 10).join(', ')}`), [root.key]));
  }
  if (document.query === undefined) return lost;
  const variables: Record<string, unknown> = { [REPRESENTATIONS]: rows.map(({ typename, cursor }) => ({ __typename: typename, id: cursor.id })) };
  for (const name of document.variableNames) if (session.variables[name] !== undefined) variables[name] = session.variables[name];
  const result = await callAndReport(session, member, { query: document.query, variables }, true);
  if ('error' in result) {
    errors.push(fetchError(result.error, [root.key]));
    return lost;
  }
  const entities = result.data?.[ENTITIES];
  const count: MisfitCount = { misfits: 0 };
  if (Array.isArray(entities) && entities.length === rows.length) {
    for (const [index, row] of rows.entries()) {
      const node = fitAnswer(entities[index], layout.nodeShape, count, row.typename);
      if (node !== MISFIT && node !== null) row.items[layout.list.key] = itemOf(layout, row, node);
    }
  } else if (entities !== null && entities !== undefined) count.misfits++;
  if (count.misfits > 0) errors.push(fetchError(rowsLeftOut(member.id, count.misfits), [root.key]));
  return { member: member.id, rows, errors: result.errors ?? [] };
}

/** What is asked is known already. */
function fillFromKey(layout: KeysFirstLayout, { ids, typenames }: NonNullable<KeysFirstLayout['onlyKeys']>, row: Row): boolean {
  if (row.typename === undefined) return false;
  const node: Record<string, unknown> = {};
  for (const key of ids) node[key] = row.cursor.id;
  for (const key of typenames) node[key] = row.typename;
  row.items[layout.list.key] = itemOf(layout, row, node);
  return true;
}

function itemOf({ edge }: KeysFirstLayout, row: Row, node: unknown): unknown {
  if (!edge) return node;
  const item: Record<string, unknown> = { [edge.nodeKey]: node };
  for (const key of edge.cursorKeys) item[key] = row.encodedCursor;
  for (const key of edge.typenameKeys) item[key] = edge.typename;
  return item;
}

function bodyDocument(session: FetchSession, root: FetchRoot, layout: KeysFirstLayout, member: PartitionMember): MemberDocument {
  const knowledge = knowledgeOf(session.plan, member);
  const build = (): MemberDocument =>
    buildMemberDocument({
      operation: 'query',
      roots: [entitiesNode(layout)],
      variableDefinitions: [...session.fetch.variableDefinitions, REPRESENTATIONS_DEFINITION],
      variables: session.variables,
      knowledge,
    });
  return knowledge.kind === 'all' ? session.fetch.documents.get(`bodies ${root.key}`, build) : build();
}

const REPRESENTATIONS_DEFINITION: VariableDefinitionNode = {
  kind: Kind.VARIABLE_DEFINITION,
  variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: REPRESENTATIONS } },
  type: parseType('[_Any!]!', { noLocation: true }),
};

function entitiesNode({ nodeType, nodeSelection }: KeysFirstLayout): FieldNode {
  return {
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: ENTITIES },
    arguments: [
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: 'representations' },
        value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: REPRESENTATIONS } },
      },
    ],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [
        { kind: Kind.INLINE_FRAGMENT, typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: nodeType } }, selectionSet: nodeSelection },
      ],
    },
  };
}
