import { withoutDefects } from './fetch-error.js';
import type { FetchRoot } from './fetch-plan.js';
import type { FetchSession } from './fetch-session.js';
import { buildMemberDocument, type MemberDocument } from './member-document.js';
import { knowledgeOf } from './member-knowledge.js';
import { memberIncompatible, type PartitionError } from './partition-error.js';
import type { MemberGraphQLError, MemberResult, PartitionMember } from './partition-member.js';
import type { FetchPhase } from './prepared-root.js';

export interface MemberQuestion {
  root: FetchRoot;
  phase: FetchPhase;
  /** Beside the client's. */
  variables?: Record<string, unknown>;
  /** Replaces the fetch's own list of representations. */
  representations?: readonly unknown[];
}

export type MemberReply =
  | { kind: 'answered'; value: unknown; errors: readonly MemberGraphQLError[]; /** What its schema lacks. */ missing?: PartitionError }
  | { kind: 'failed'; error: PartitionError }
  /** A member that covers a part and does not know the field. */
  | { kind: 'notAsked' };

/** Sends some root fields to one member in one request; the replies are in the order of the questions. */
export async function askMember(session: FetchSession, member: PartitionMember, questions: readonly MemberQuestion[], retry: boolean): Promise<MemberReply[]> {
  const extra = questions.some((question) => question.variables) ? Object.assign({}, ...questions.map((question) => question.variables)) : {};
  const given: Record<string, unknown> = { ...session.variables, ...extra };
  const document = documentFor(session, member, questions, given);
  if (document.query === undefined) return questions.map(({ root }) => unaskedReply(member, document, root));
  const variables: Record<string, unknown> = {};
  for (const name of document.variableNames) if (given[name] !== undefined) variables[name] = given[name];
  for (const { root, representations } of questions) {
    const argument = root.node.arguments?.find(({ name }) => name.value === 'representations');
    if (representations && argument?.value.kind === 'Variable') variables[argument.value.name.value] = representations;
  }
  const result = await callAndReport(session, member, { query: document.query, variables }, retry);
  if ('error' in result) return questions.map(({ root }) => (document.asked.has(root.key) ? { kind: 'failed', error: result.error } : unaskedReply(member, document, root)));
  return questions.map(({ root }) => replyFor(member, document, root, result));
}

/** One call, with its outcome in the client's report. */
export async function callAndReport(
  session: FetchSession,
  member: PartitionMember,
  request: { query: string; variables: Record<string, unknown> },
  retry: boolean,
): Promise<MemberResult | { error: PartitionError }> {
  const { context, signal, deadlineAt } = session;
  const operation = session.fetch.operation === 'mutation' ? 'mutation' : 'query';
  const outcome = await session.clock.during(member.id, session.caller.call(member, request, { operation, retry, context, signal, deadlineAt }));
  if (!outcome.ok) {
    session.report?.failed(member.id, outcome.error.code, outcome.durationMs);
    return { error: outcome.error };
  }
  // A member that covers a part is no instance of the subgraph that a client would count.
  if (member.covers === 'whole') session.report?.answered(member.id, outcome.durationMs);
  const { result } = outcome;
  return result.errors && session.uncodedErrors === 'mask' ? { ...result, errors: withoutDefects(result.errors, member.id) } : result;
}

function documentFor(session: FetchSession, member: PartitionMember, questions: readonly MemberQuestion[], variables: Record<string, unknown>): MemberDocument {
  const { fetch, plan } = session;
  const knowledge = knowledgeOf(plan, member);
  const build = (): MemberDocument =>
    buildMemberDocument({
      operation: fetch.operation,
      roots: questions.map(({ root, phase }) => root.prepared.nodeFor(phase)),
      variableDefinitions: [...fetch.variableDefinitions, ...questions.flatMap(({ root }) => root.prepared.variableDefinitions)],
      variables,
      knowledge,
    });
  // What an older schema can be asked depends on the values too, so that document is made each time.
  if (knowledge.kind !== 'all') return build();
  return fetch.documents.get(questions.map(({ root, phase }) => `${phase} ${root.key}`).join('\n'), build);
}

function replyFor(member: PartitionMember, document: MemberDocument, root: FetchRoot, { data, errors = [] }: MemberResult): MemberReply {
  if (!document.asked.has(root.key)) return unaskedReply(member, document, root);
  const own = errors.flatMap((error) => {
    const [key, ...path] = Array.isArray(error.path) ? (error.path as (string | number)[]) : [];
    // An error without a place, such as a refused request, concerns every field of the request.
    return key === undefined || key === root.key ? [{ ...error, path }] : [];
  });
  const missing = missingError(member, document, root);
  return { kind: 'answered', value: data && Object.hasOwn(data, root.key) ? data[root.key] : null, errors: own, ...(missing ? { missing } : {}) };
}

function unaskedReply(member: PartitionMember, document: MemberDocument, root: FetchRoot): MemberReply {
  const error = missingError(member, document, root);
  return error ? { kind: 'failed', error } : { kind: 'notAsked' };
}

function missingError(member: PartitionMember, document: MemberDocument, root: FetchRoot): PartitionError | undefined {
  const missing = document.missing.get(root.key);
  if (!missing || member.covers === 'part') return undefined;
  return memberIncompatible(member.id, `runs a version that does not know ${missing.slice(0, 10).join(', ')}`);
}
