import type { PartitionError } from './partition-error.js';
import type { MemberRequest, MemberResult, PartitionMember } from './partition-member.js';

export interface MemberCallerOptions {
  /** From the first attempt to the last byte of the last one, waiting for a free slot included. @default 5000 */
  deadlineMs?: number;
  /** @default 15000 */
  mutationDeadlineMs?: number;
  /** Calls to one member at a time; others wait within their deadline. @default 32 */
  maxConcurrentPerMember?: number;
  /** Failures in a row that open a member's circuit. @default 5 */
  failuresToOpen?: number;
  /** How long an open circuit keeps its member out before one call probes it. @default 5000 */
  openMs?: number;
}

export interface CallOptions {
  operation: 'query' | 'mutation';
  /** Whether a lost connection may be answered with a second attempt. */
  retry: boolean;
  context: unknown;
  signal?: AbortSignal;
}

export type CallOutcome =
  | { ok: true; result: MemberResult; durationMs: number }
  | { ok: false; error: PartitionError; durationMs: number };
