import type { PartitionObserver } from '@ocopea/partition';

/** What a process may want to measure of its graph, beside what the partition reports. Called synchronously; must not throw. */
export interface GraphObserver extends PartitionObserver {
  /** An operation was wanted: planned before, or planned now in this time. */
  planned?(plan: { readonly wasKnown: boolean; readonly durationMs: number }): void;
  /** The Sites' schemas were put together. `UNCHANGED`: to the same graph as before. */
  composed?(composition: { readonly outcome: 'CHANGED' | 'UNCHANGED' | 'FAILED'; readonly durationMs: number }): void;
  /** A Site was removed: nothing more is to be said of it. */
  memberForgotten?(member: string): void;
}
