import { MISFIT } from './answer-shape.js';
import type { ConnectionLayout } from './connection-layout.js';
import { isPartIncluded, PAGE_INFO_ALIAS, ROWS_ALIAS } from './connection-parts.js';
import type { CutPage } from './cut-page.js';
import { fetchError, passedOnErrors, type FetchError } from './fetch-error.js';
import type { MemberAnswer } from './member-answer.js';
import { readMemberPage, type MemberPage, type Row } from './member-page.js';
import { addUp } from './merge-sum.js';
import type { PageArguments } from './page-arguments.js';
import { memberIncompatible, PartitionError } from './partition-error.js';
import { flattenSelection, isIncluded, responseKey } from './selections.js';

/** What all members answered, still apart. */
export interface ReadPages {
  pages: MemberPage[];
  /** Of the members that answered, by response key. */
  totals: Record<string, unknown>;
  errors: FetchError[];
}

/** Reads the members' pages and checks that their rows have one order, that of the cursor if one is given. */
export function readPages(key: string, layout: ConnectionLayout, answers: readonly MemberAnswer[], page: PageArguments): ReadPages {
  const errors: FetchError[] = [];
  const pages: MemberPage[] = [];
  const totals: Record<string, unknown> = {};
  for (const answer of answers) {
    const read = readMemberPage(key, layout, answer, errors);
    if (!read) continue;
    pages.push(read);
    for (const total of layout.totals) {
      const sum = addUp(totals[total.key], (answer.value as Record<string, unknown>)[total.key]);
      if (sum !== MISFIT) totals[total.key] = sum;
    }
  }
  const order = commonOrder(pages);
  if (page.order !== undefined && order !== undefined && page.order !== order) {
    const message = `"${key}" is in the order ${order}, and the cursor is one of ${page.order}; begin without a cursor when the order changes`;
    return { pages: [], totals: {}, errors: [fetchError(new PartitionError('BAD_CURSOR', message), [key])] };
  }
  return { pages: pages.filter((each) => isInOrder(key, each, order, errors)), totals, errors };
}

/** Whether a member's rows can be merged with the others'. */
export function isInOrder(key: string, { member, rows }: MemberPage, order: string | undefined, errors: FetchError[]): boolean {
  const fits = rows.every(({ cursor }) => cursor.order === order);
  if (!fits) errors.push(fetchError(memberIncompatible(member, `answered in another order than ${order}`), [key]));
  return fits;
}

/** The order that most members have. */
export function commonOrder(pages: readonly MemberPage[]): string | undefined {
  const votes = new Map<string, number>();
  for (const { rows } of pages) for (const order of new Set(rows.map(({ cursor }) => cursor.order))) votes.set(order, (votes.get(order) ?? 0) + 1);
  return [...votes].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** The members' own errors, at the places that their rows have on the page. */
export function errorsOfRows(key: string, layout: ConnectionLayout, answers: readonly MemberAnswer[], { rows }: CutPage): FetchError[] {
  if (answers.every(({ errors }) => errors.length === 0)) return [];
  const places = new Map(rows.map((row, place) => [`${row.member} ${row.index}`, place]));
  return answers.flatMap(({ member, errors }) => passedOnErrors(errors, member, (path) => placeInPage(key, layout, path, (index) => places.get(`${member} ${index}`))));
}

/** The merged connection as the client selected it. */
export function writeConnection(
  layout: ConnectionLayout,
  page: CutPage,
  { rows, totals, isAnswered }: { rows: readonly Row[]; totals: Record<string, unknown>; isAnswered: boolean },
  variables: Record<string, unknown>,
): Record<string, unknown> {
  const connection: Record<string, unknown> = {};
  for (const part of layout.typenames) if (isPartIncluded(part, variables)) connection[part.key] = layout.typename;
  for (const list of layout.rowLists) if (isPartIncluded(list, variables)) connection[list.key] = rows.map(({ items }) => items[list.key]);
  for (const total of layout.totals) if (isPartIncluded(total, variables)) connection[total.key] = totals[total.key] ?? (isAnswered ? null : 0);
  for (const part of layout.pageInfos) {
    if (!isPartIncluded(part, variables)) continue;
    const pageInfo: Record<string, unknown> = {};
    for (const { node, conditions } of flattenSelection(part.selectionSet)) {
      if (isIncluded(conditions, variables)) pageInfo[responseKey(node)] = pageInfoValue(layout, node.name.value, page);
    }
    connection[part.key] = pageInfo;
  }
  return connection;
}

function pageInfoValue(layout: ConnectionLayout, field: string, page: CutPage): unknown {
  switch (field) {
    case 'hasNextPage':
      return page.hasNextPage;
    case 'hasPreviousPage':
      return page.hasPreviousPage;
    case 'startCursor':
      return page.rows[0]?.encodedCursor ?? null;
    case 'endCursor':
      return page.rows.at(-1)?.encodedCursor ?? null;
    default:
      return layout.pageInfoTypename;
  }
}

/** Errors of rows that are not on the page are nobody's concern; those of the merge's own aliases are the root's. */
function placeInPage(
  key: string,
  layout: ConnectionLayout,
  path: readonly (string | number)[],
  placeOf: (index: number) => number | undefined,
): (string | number)[] | undefined {
  const [list, index, ...rest] = path;
  if (typeof list !== 'string' || list === ROWS_ALIAS || list === PAGE_INFO_ALIAS) return [key];
  if (!layout.rowLists.some((candidate) => candidate.key === list) || typeof index !== 'number') return [key, ...path];
  const place = placeOf(index);
  return place === undefined ? undefined : [key, list, place, ...rest];
}
