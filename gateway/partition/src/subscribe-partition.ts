import type { OwnerOf } from './owner-of.js';
import type { PartitionDirectory } from './partition-directory.js';
import type { PartitionErrorCode } from './partition-error.js';
import type { MemberGraphQLError, MemberRequest } from './partition-member.js';
import type { PartitionPlan } from './partition-plan.js';

export interface SubscribePartitionOptions {
  plan: PartitionPlan;
  directory: PartitionDirectory;
  /** The primary fetch of the subscription's query plan: one root field, with an `after` argument when resuming. */
  request: MemberRequest;
  /** Given to each member for its credentials. */
  context: unknown;
  /** Aborted when the client has left. */
  signal: AbortSignal;
  /** @default {@link ownerByIdPrefix} */
  ownerOf?: OwnerOf;
  /**
   * For progress streams: events with the same key replace each other while the client is slow. The event is the value
   * of the root field as the client's selection has it. `undefined` keeps the event.
   */
  subjectKey?: (event: Record<string, unknown>) => string | undefined;
  /** Events that wait for the client. @default 1000 */
  bufferLimit?: number;
  /** First and longest wait before a lost member is asked again; jittered. @default 100, 5000 */
  backoffMs?: { first: number; longest: number };
}

export type PartitionEvent =
  /** `data` answers the primary fetch: `{ [root field's response key]: event }`; its `cursor` fields hold the resume cursor. */
  | { kind: 'data'; member: string; data: Record<string, unknown> | null; errors?: readonly MemberGraphQLError[]; cursor: string | undefined }
  /** The member's events are missing from now on; it is asked again, unless it was removed. */
  | { kind: 'member-lost'; member: string; code: PartitionErrorCode; message: string; at: string }
  /** The member streams (again), from the last cursor that was received from it. */
  | { kind: 'member-returned'; member: string; at: string };

/**
 * Fans a STREAM field in from all members, or subscribes a `@oneSite` field at its owner.
 *
 * @throws BAD_CURSOR UNKNOWN_SITE AMBIGUOUS_SITE on the first `next()`, SUBSCRIBER_TOO_SLOW later
 */
export async function* subscribePartition(_options: SubscribePartitionOptions): AsyncGenerator<PartitionEvent, void, void> {
  throw new Error('not built yet');
}
