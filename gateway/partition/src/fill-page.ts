import { askMember } from './ask-member.js';
import { fetchError, type FetchError } from './fetch-error.js';
import type { FetchRoot } from './fetch-plan.js';
import type { FetchSession } from './fetch-session.js';
import { readMemberPage, type MemberPage } from './member-page.js';
import { commonOrder, isInOrder } from './merge-connection.js';
import type { PageArguments } from './page-arguments.js';
import { nextDemands, type PageDemand } from './page-rounds.js';
import type { PartitionMember } from './partition-member.js';

/** Each asks for all that a member should have, and then some; a member that still has more bounds the page. */
const MAX_ROUNDS = 6;

/** Asks for more keys where the page needs them, until it is known which rows are on it. Adds to `pages` and `errors`. */
export async function fillPage(session: FetchSession, root: FetchRoot, pages: MemberPage[], page: PageArguments, errors: FetchError[]): Promise<void> {
  const order = commonOrder(pages);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const demands = nextDemands(pages, page);
    if (demands.length === 0) return;
    await Promise.all(demands.map((demand) => fillMemberPage(session, root, demand, page, order, errors)));
  }
}

async function fillMemberPage(
  session: FetchSession,
  root: FetchRoot,
  { page, count, cursor }: PageDemand,
  { first }: PageArguments,
  order: string | undefined,
  errors: FetchError[],
): Promise<void> {
  const layout = root.prepared.connection!;
  const isForward = first !== undefined;
  const { sizeVariable, cursorVariable } = (isForward ? layout.keysFirst!.forward : layout.keysFirst!.backward)!;
  const member = session.members.get(page.member) as PartitionMember;
  const question = { root, phase: isForward ? 'moreFirstKeys' : 'moreLastKeys', variables: { [sizeVariable]: count, [cursorVariable]: cursor } } as const;
  const [reply] = await askMember(session, member, [question], true);
  if (reply?.kind === 'failed') errors.push(fetchError(reply.error, [root.key]));
  const more = reply?.kind === 'answered' ? readMemberPage(root.key, layout, { member: page.member, value: reply.value, errors: [] }, errors) : undefined;
  if (!more || !isInOrder(root.key, more, order, errors)) {
    page.isCutShort = true;
    return;
  }
  if (isForward) {
    page.rows.push(...more.rows);
    page.hasNextPage = more.hasNextPage;
  } else {
    page.rows.unshift(...more.rows);
    page.hasPreviousPage = more.hasPreviousPage;
  }
  // A member that says it has more and gives nothing would be asked for ever.
  if (more.rows.length === 0) page.isCutShort = true;
}
