import type { DirectoryChange, PartitionDirectory, UnavailableMember } from './partition-directory.js';
import type { PartitionMember } from './partition-member.js';

/** A directory that the owning process fills: from its database, a file, or a test. */
export class MemoryPartitionDirectory implements PartitionDirectory {
  #members = new Map<string, PartitionMember>();
  #unavailable = new Map<string, UnavailableMember>();
  #membersInOrder: readonly PartitionMember[] = [];
  #unavailableInOrder: readonly UnavailableMember[] = [];
  readonly #listeners = new Set<(change: DirectoryChange) => void>();

  constructor(members: Iterable<PartitionMember> = []) {
    for (const member of members) this.#members.set(member.id, member);
    this.#sort();
  }

  members(): readonly PartitionMember[] {
    return this.#membersInOrder;
  }

  unavailable(): readonly UnavailableMember[] {
    return this.#unavailableInOrder;
  }

  onChange(listener: (change: DirectoryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Adds a member, replaces the one of the same id, or puts an unavailable one back into service. */
  put(member: PartitionMember): void {
    const kind = this.#members.has(member.id) ? 'replaced' : 'added';
    this.#unavailable.delete(member.id);
    this.#members.set(member.id, member);
    this.#changed({ kind, member });
  }

  /** Keeps the member known, but not asked: its rows are reported as missing with this code and message. */
  putUnavailable(member: UnavailableMember): void {
    this.#members.delete(member.id);
    this.#unavailable.set(member.id, member);
    this.#changed({ kind: 'unavailable', member });
  }

  /** Forgets the member; its rows are no longer reported as missing. Unknown ids are ignored. */
  remove(id: string): void {
    if (!this.#members.delete(id) && !this.#unavailable.delete(id)) return;
    this.#changed({ kind: 'removed', id });
  }

  #changed(change: DirectoryChange): void {
    this.#sort();
    for (const listener of this.#listeners) listener(change);
  }

  #sort(): void {
    this.#membersInOrder = [...this.#members.values()].sort(byId);
    this.#unavailableInOrder = [...this.#unavailable.values()].sort(byId);
  }
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
