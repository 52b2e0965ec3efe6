import type { PartitionError } from './partition-error.js';
import type { MemberResult } from './partition-member.js';

export type CallOutcome =
  | { ok: true; result: MemberResult; durationMs: number }
  | { ok: false; error: PartitionError; durationMs: number };
