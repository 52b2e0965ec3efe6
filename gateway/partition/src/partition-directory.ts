import type { PartitionErrorCode } from './partition-error.js';
import type { PartitionMember } from './partition-member.js';

/** A member that is known but not asked: out of service, or quarantined for its schema. */
export interface UnavailableMember {
  readonly id: string;
  readonly code: Extract<PartitionErrorCode, 'SITE_UNAVAILABLE' | 'SITE_TIMEOUT' | 'SITE_INCOMPATIBLE'>;
  /** For clients: no address, no stack. */
  readonly message: string;
}

export type DirectoryChange =
  | { kind: 'added' | 'replaced'; member: PartitionMember }
  | { kind: 'unavailable'; member: UnavailableMember }
  | { kind: 'removed'; id: string };

/**
 * Who belongs to the partition right now. Read at the start of each fetch: a request in flight goes on with the
 * members it began with, so members may come, go and change their address at any time.
 */
export interface PartitionDirectory {
  /** Members to ask, in order of id. The array is not changed afterwards. */
  members(): readonly PartitionMember[];
  unavailable(): readonly UnavailableMember[];
  /** Calls `listener` after each change until the returned function is called. Listeners must not throw. */
  onChange(listener: (change: DirectoryChange) => void): () => void;
}
