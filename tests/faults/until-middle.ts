import type { OcopeaClient } from '@ocopea/sdk';
import { operationProgress } from './streams.js';

export interface Middle {
  readonly kind: string;
  /** How the name of the step begins. */
  readonly step: string;
  /** Shares of the operation's bytes between which it is. @default 0.05 to 0.9 */
  readonly from?: number;
  readonly to?: number;
}

/**
 * Resolves with the id of an operation at the moment when its live events show it in the middle of a step. Begin to wait
 * before it starts.
 */
export async function untilMiddle(client: OcopeaClient, { kind, step, from = 0.05, to = 0.9 }: Middle): Promise<string> {
  const deadline = AbortSignal.timeout(90_000);
  for await (const { event } of client.subscribe(operationProgress.document, {}, { signal: deadline })) {
    const { operation, phase, progress } = event;
    if (operation.kind !== kind) continue;
    if (phase === 'DONE') throw new Error(`${kind} was over before it was seen in the middle of "${step}"; give it more rows`);
    const share = progress.bytesDone / (progress.bytesTotal ?? Infinity);
    if (event.step?.startsWith(step) === true && share >= from && share <= to) return operation.id;
  }
  throw new Error(`${kind} did not come to the middle of "${step}" in time`);
}
