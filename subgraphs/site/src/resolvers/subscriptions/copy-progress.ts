import { notFound, requireId } from '@ocopea/graph';
import {
  encodeJournalCursor,
  OPERATION_CHANGED,
  OPERATION_PROGRESS,
  operationEventPayload,
  snapshotCursors,
  type JournalEntry,
  type OperationProgress,
  type OperationRecord,
} from '@ocopea/operations';
import { operationLoaders } from '@ocopea/operations/graph';
import { Arg, Ctx, Directive, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql';
import { COPY_RECEIVED } from '../../domain/copies/accept-copy.js';
import type { SiteContext } from '../../domain/site-context.js';
import { withoutAbsent } from '../../domain/without-absent.js';
import type { Copy as CopyRow } from '../../store/generated/client.js';
import { requireNarrowedTo } from '../narrowed-to.js';
import { OperationType } from '../operation-type.js';
import type { RequestContext } from '../request-context.js';
import { Copy } from '../types/copy.js';
import { CopyProgress, type CopyProgressEvent } from '../types/copy-progress.js';
import { journalStream } from './journal-stream.js';

interface CopyProgressArguments {
  readonly copyId?: string | null;
  readonly after?: string | null;
  readonly sites?: string[] | null;
}

@Resolver(() => CopyProgress)
export class CopyProgressSubscription {
  @Subscription(() => CopyProgress, {
    description: 'How copies come along: the present state first, then every change. Bytes count once when copied and once when read back, so 100 % means verified.',
    subscribe: ({ args, context }: { args: CopyProgressArguments; context: RequestContext }) => subscribeCopyProgress(context, args),
  })
  @Directive('@everySite(merge: STREAM, narrowedBy: "copyId")')
  copyProgress(
    @Root() event: CopyProgressEvent,
    @Arg('copyId', () => ID, { nullable: true, description: 'Only this copy; without it, all that are being made.' }) _copyId?: string | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last event received; events after it follow.' }) _after?: string | null,
    @Arg('sites', () => [ID], { nullable: true, description: 'Only at these Sites.' }) _sites?: string[] | null,
  ): CopyProgressEvent {
    return event;
  }

  @FieldResolver(() => Copy, { nullable: true, description: 'The copy as it stands now, not as at the event; null when it was deleted meanwhile.' })
  copy(@Root() { copyId }: CopyProgressEvent, @Ctx() { loaders }: RequestContext): Promise<object | null> {
    return loaders.copy.load(copyId);
  }

  @FieldResolver(() => OperationType, { nullable: true, description: 'The operation that makes it, as it stands now; null for a copy that came from another Site.' })
  async operation(@Root() { operationId }: CopyProgressEvent, @Ctx() context: RequestContext): Promise<object | null> {
    if (operationId === null) return null;
    return (await operationLoaders(context, context.site.engine).operation.load(operationId)) ?? null;
  }
}

async function subscribeCopyProgress({ site, signal }: RequestContext, { copyId, after, sites }: CopyProgressArguments): Promise<AsyncIterable<CopyProgressEvent>> {
  requireNarrowedTo(site.siteId, sites);
  if (copyId) {
    requireId(copyId, 'copy');
    const known = await site.database.copy.findUnique({ where: { id: copyId }, select: { id: true } });
    if (known === null) throw notFound('copy', copyId);
  }
  return journalStream({
    journal: site.engine.journal,
    after,
    filter: { kinds: [OPERATION_CHANGED, OPERATION_PROGRESS, COPY_RECEIVED], ...withoutAbsent({ subjectId: copyId }) },
    signal,
    snapshot: () => presentState(site, copyId ?? undefined),
    toEvent: toCopyProgress,
  });
}

/** Only the making of a copy is its progress: verifying or sending it later moves bytes of its own. */
function toCopyProgress(entry: JournalEntry): CopyProgressEvent | undefined {
  const { seq, at, subjectId } = entry;
  if (subjectId === null) return undefined;
  const cursor = encodeJournalCursor(seq);
  if (entry.kind === COPY_RECEIVED) {
    const { bytes } = entry.payload as { bytes: number };
    return { cursor, at, copyId: subjectId, operationId: null, phase: 'DONE', outcome: 'SUCCEEDED', verified: false, progress: wholly(bytes), parts: [], snapshot: false };
  }
  const payload = operationEventPayload(entry);
  if (payload?.kind !== 'createCopy') return undefined;
  const { operationId, phase, outcome, progress, parts = [] } = payload;
  return { cursor, at, copyId: subjectId, operationId, phase, outcome, verified: isVerified(outcome), progress, parts, snapshot: false };
}

/** A copy that was made here succeeds only when every part was read back. */
function isVerified(outcome: CopyProgressEvent['outcome']): boolean {
  return outcome === 'SUCCEEDED' || outcome === 'SUCCEEDED_WITH_WARNINGS';
}

/** Operations and place in the journal are of one moment: what comes after it is news, and bytes never fall. */
async function presentState(site: SiteContext, copyId: string | undefined): Promise<{ seq: number; events: CopyProgressEvent[] }> {
  const copy = copyId === undefined ? null : await site.database.copy.findUnique({ where: { id: copyId } });
  if (copy?.operationId === null) {
    const seq = await site.engine.journal.head();
    return { seq, events: [receivedState(copy, seq)] };
  }
  const { seq, operations } = await site.engine.snapshot(copy === null ? { isUnfinished: true } : { operationId: copy.operationId });
  const events = operations.flatMap(operationState);
  const cursors = snapshotCursors(seq, events.length);
  return { seq, events: events.map((event, index) => ({ ...event, cursor: cursors[index]! })) };
}

function operationState({ id, kind, subjectId, phase, outcome, progress, parts }: OperationRecord): Omit<CopyProgressEvent, 'cursor'>[] {
  if (kind !== 'createCopy' || subjectId === null) return [];
  const verified = isVerified(outcome);
  return [{ at: new Date(), copyId: subjectId, operationId: id, phase, outcome, verified, progress, parts, snapshot: true }];
}

function receivedState({ id, phase, outcome, verifiedAt, bytes }: CopyRow, seq: number): CopyProgressEvent {
  return {
    cursor: encodeJournalCursor(seq),
    at: new Date(),
    copyId: id,
    operationId: null,
    phase,
    outcome,
    verified: verifiedAt !== null,
    progress: wholly(Number(bytes)),
    parts: [],
    snapshot: true,
  };
}

function wholly(bytes: number): OperationProgress {
  return {
    bytesDone: bytes,
    bytesTotal: bytes,
    itemsDone: 0,
    itemsTotal: null,
    bytesPerSecond: null,
    etaSeconds: null,
    bytesRead: null,
    bytesNew: null,
    bytesStored: null,
    bytesVerified: null,
    bytesSent: null,
  };
}
