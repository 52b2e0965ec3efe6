import { fitAnswer, MISFIT, type MisfitCount } from './answer-shape.js';
import { askMember, type MemberQuestion, type MemberReply } from './ask-member.js';
import { cutPage } from './cut-page.js';
import { fetchBodies } from './fetch-bodies.js';
import { boundedErrors, fetchError, passedOnErrors, type FetchError } from './fetch-error.js';
import { argumentValue, type FetchRoot } from './fetch-plan.js';
import { fillPage } from './fill-page.js';
import { idsAt, routeOf, type FetchRoute } from './fetch-route.js';
import type { FetchSession } from './fetch-session.js';
import { rowsLeftOut, type MemberAnswer, type MergedRoot } from './member-answer.js';
import { errorsOfRows, readPages, writeConnection } from './merge-connection.js';
import { mergeEntities } from './merge-entities.js';
import { mergeLists } from './merge-list.js';
import { mergeSums } from './merge-sum.js';
import { NO_PAGE } from './page-arguments.js';
import { unknownMember } from './partition-error.js';
import type { PartitionMember } from './partition-member.js';
import { unanimousRefusal } from './unanimous-refusal.js';

export interface FetchResult {
  data: Record<string, unknown>;
  errors: FetchError[];
}

/** What each member replied to one root field. */
type Replies = ReadonlyMap<string, MemberReply>;

export async function runFetch(session: FetchSession): Promise<FetchResult> {
  const { fetch } = session;
  const merged = fetch.operation === 'mutation' ? await runInOrder(session) : await runTogether(session);
  const data: Record<string, unknown> = {};
  const errors: FetchError[] = [];
  for (const key of fetch.typenameKeys) data[key] = fetch.operation === 'mutation' ? 'Mutation' : 'Query';
  for (const [index, { value, errors: rootErrors }] of merged.entries()) {
    data[fetch.roots[index]!.key] = value;
    errors.push(...rootErrors);
  }
  return { data, errors };
}

/** Each member gets all that it is asked in one request, all members at a time. */
async function runTogether(session: FetchSession): Promise<MergedRoot[]> {
  const routes = session.fetch.roots.map((root) => routeOf(root, session));
  reportUnasked(session, routes);
  const questions = new Map<PartitionMember, { question: MemberQuestion; routeIndex: number }[]>();
  for (const [routeIndex, route] of routes.entries()) {
    for (const member of route.members) {
      const representations = route.entities?.shares.get(member.id)?.representations;
      const question: MemberQuestion = { root: route.root, phase: route.phase, ...(route.variables ? { variables: route.variables } : {}), ...(representations ? { representations } : {}) };
      questions.set(member, [...(questions.get(member) ?? []), { question, routeIndex }]);
    }
  }
  const replies = routes.map(() => new Map<string, MemberReply>());
  await Promise.all(
    [...questions].map(async ([member, asked]) => {
      const answers = await askMember(session, member, asked.map(({ question }) => question), true);
      for (const [index, { routeIndex }] of asked.entries()) replies[routeIndex]!.set(member.id, answers[index]!);
    }),
  );
  return Promise.all(routes.map((route, index) => mergeRoute(session, route, replies[index]!)));
}

/** Mutations one after the other; neighbours of one owner go in one request, which keeps their order. */
async function runInOrder(session: FetchSession): Promise<MergedRoot[]> {
  const routes = session.fetch.roots.map((root) => routeOf(root, session));
  reportUnasked(session, routes);
  const merged: MergedRoot[] = [];
  for (let start = 0; start < routes.length; ) {
    const owner = routes[start]!.members[0];
    const rest = routes.slice(start);
    const others = rest.findIndex(({ members }) => members[0] !== owner);
    const batch = owner ? rest.slice(0, others < 0 ? rest.length : others) : rest.slice(0, 1);
    const retry = batch.every(({ root }) => hasIdempotencyKey(root, session.variables));
    const replies = owner ? await askMember(session, owner, batch.map(({ root }) => ({ root, phase: 'full' })), retry) : [];
    for (const [index, route] of batch.entries()) {
      merged.push(await mergeRoute(session, route, new Map(owner ? [[owner.id, replies[index]!]] : [])));
    }
    start += batch.length;
  }
  return merged;
}

async function mergeRoute(session: FetchSession, route: FetchRoute, replies: Replies): Promise<MergedRoot> {
  const { root, entities, members } = route;
  const placeOf = (member: string): (string | number)[] => (entities ? [root.key, entities.shares.get(member)?.places[0]?.[0] ?? 0] : [root.key]);
  const errors: FetchError[] = route.failures.map((error) => fetchError(error, entities ? [root.key, entities.failedAt.get(error) ?? 0] : [root.key]));
  const answers: MemberAnswer[] = [];
  for (const { id } of members) {
    const reply = replies.get(id);
    if (reply?.kind === 'failed') errors.push(fetchError(reply.error, placeOf(id)));
    // Among many, a part without the field has nothing to add; where the whole of a member is wanted, it is none.
    if (reply?.kind === 'notAsked' && root.rule.kind === 'oneSite') errors.push(fetchError(unknownMember(idsAt(root, root.rule.by, session.variables)[0] ?? id), [root.key]));
    if (reply?.kind !== 'answered') continue;
    answers.push({ member: id, value: reply.value, errors: reply.errors });
    if (reply.missing) errors.push(fetchError(reply.missing, placeOf(id)));
  }
  const merged = await mergeAnswers(session, route, answers, errors.length > 0);
  const refusal = root.rule.kind === 'everySite' ? unanimousRefusal(root.key, answers) : undefined;
  return { value: merged.value, errors: [...errors, ...(refusal ? [refusal] : boundedErrors(merged.errors, root.key))] };
}

async function mergeAnswers(session: FetchSession, route: FetchRoute, answers: readonly MemberAnswer[], hasFailures: boolean): Promise<MergedRoot> {
  const { root } = route;
  const { key, rule, prepared } = root;
  if (rule.kind === 'entities') return mergeEntities(key, prepared.shape, route.entities!, answers);
  if (rule.kind === 'oneSite') return answerOfOwner(root, answers);
  switch (rule.merge) {
    case 'LIST':
      return orNothing(root, mergeLists(key, prepared.shape, answers), hasFailures, []);
    case 'SUM':
      return orNothing(root, mergeSums(key, prepared.shape, answers), true, null);
    case 'CONNECTION':
      return mergeConnections(session, route, answers, hasFailures);
    case 'STREAM':
      throw new Error(`invariant: composition lets STREAM on subscriptions only, not on "${key}"`);
  }
}

async function mergeConnections(session: FetchSession, { root, phase, page = NO_PAGE }: FetchRoute, answers: readonly MemberAnswer[], hasFailures: boolean): Promise<MergedRoot> {
  const layout = root.prepared.connection!;
  const { pages, totals, errors } = readPages(root.key, layout, answers, page);
  if (phase === 'firstKeys' || phase === 'lastKeys') await fillPage(session, root, pages, page, errors);
  const cut = cutPage(pages, page);
  errors.push(...errorsOfRows(root.key, layout, answers, cut));
  const bodies = phase === 'full' ? { rows: cut.rows, errors: [] } : await fetchBodies(session, root, layout.keysFirst!, cut.rows);
  errors.push(...bodies.errors);
  const isAnswered = pages.length > 0;
  const written = writeConnection(layout, cut, { rows: bodies.rows, totals, isAnswered }, session.variables);
  return orNothing(root, { value: isAnswered ? written : undefined, errors }, hasFailures, written);
}

function answerOfOwner({ key, prepared }: FetchRoot, [answer]: readonly MemberAnswer[]): MergedRoot {
  if (!answer) return { value: null, errors: [] };
  const count: MisfitCount = { misfits: 0 };
  const errors = passedOnErrors(answer.errors, answer.member, (path) => [key, ...path]);
  // A null that an error explains is no misfit, even where the schema lets no null be.
  const fitting = answer.value === null ? null : fitAnswer(answer.value, prepared.shape, count);
  if (count.misfits > 0) errors.push(fetchError(rowsLeftOut(answer.member, count.misfits), [key]));
  return { value: fitting === MISFIT ? null : fitting, errors };
}

/**
 * When no member gave anything: an empty value if nobody failed, since there is nothing then; otherwise `null`, since nobody
 * knows, unless the field may not be `null`.
 */
function orNothing({ field }: FetchRoot, { value, errors }: MergedRoot, hasFailures: boolean, empty: unknown): MergedRoot {
  if (value !== undefined) return { value, errors };
  const mayBeNull = !String(field.type).endsWith('!');
  return { value: mayBeNull && (hasFailures || errors.length > 0) ? null : empty, errors };
}

/** Members that are out of service failed; those that no route leads to were skipped. */
function reportUnasked({ report, members }: FetchSession, routes: readonly FetchRoute[]): void {
  if (!report) return;
  for (const { failures } of routes) {
    for (const { member, code } of failures) if (member !== undefined) report.failed(member, code, 0);
  }
  if (!routes.some(({ root }) => root.rule.kind === 'everySite')) return;
  const asked = new Set(routes.flatMap((route) => route.members));
  for (const member of members.values()) if (member.covers === 'whole' && !asked.has(member)) report.skipped(member.id);
}

function hasIdempotencyKey(root: FetchRoot, variables: Record<string, unknown>): boolean {
  return root.field.args.some(({ name }) =>
    [[name], [name, 'idempotencyKey']].some((path) => path.at(-1) === 'idempotencyKey' && Boolean(argumentValue(root, path, variables))),
  );
}
