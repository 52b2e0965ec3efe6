import { notFound, requireId } from '@ocopea/graph';
import {
  encodeJournalCursor,
  OPERATION_CHANGED,
  OPERATION_PROGRESS,
  operationEventPayload,
  type JournalEntry,
  type OperationProgress,
} from '@ocopea/operations';
import { Arg, Ctx, Directive, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql';
import { COPY_RECEIVED } from '../../domain/copies/accept-copy.js';
import type { SiteContext } from '../../domain/site-context.js';
import type { Copy as CopyRow, Operation as OperationRow } from '../../store/generated/client.js';
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

  @FieldResolver(() => Copy, { description: 'The copy as it stands now, not as at the event.' })
  async copy(@Root() { copyId }: CopyProgressEvent, @Ctx() { loaders }: RequestContext): Promise<object> {
    const copy = await loaders.copy.load(copyId);
    if (copy === null) throw notFound('copy', copyId, 'it was deleted meanwhile');
    return copy;
  }

  @FieldResolver(() => OperationType, { nullable: true, description: 'The operation that makes it, as it stands now; null for a copy that came from another Site.' })
  async operation(@Root() { operationId }: CopyProgressEvent, @Ctx() { site }: RequestContext): Promise<object | null> {
    return operationId === null ? null : ((await site.engine.find(operationId)) ?? null);
  }
}

async function subscribeCopyProgress({ site, signal }: RequestContext, { copyId, after, sites }: CopyProgressArguments): Promise<AsyncIterable<CopyProgressEvent>> {
  requireNarrowedTo(site.siteId, sites);
  if (copyId != null) {
    requireId(copyId, 'copy');
    const known = await site.database.copy.findUnique({ where: { id: copyId }, select: { id: true } });
    if (known === null) throw notFound('copy', copyId);
  }
  return journalStream({
    journal: site.engine.journal,
    after,
    filter: { kinds: [OPERATION_CHANGED, OPERATION_PROGRESS, COPY_RECEIVED], ...(copyId != null && { subjectId: copyId }) },
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
    return { cursor, at, copyId: subjectId, operationId: null, phase: 'DONE', outcome: 'SUCCEEDED', verified: false, progress: wholly(bytes), snapshot: false };
  }
  const payload = operationEventPayload(entry);
  if (payload?.kind !== 'createCopy') return undefined;
  const { operationId, phase, outcome, progress } = payload;
  return { cursor, at, copyId: subjectId, operationId, phase, outcome, verified: isVerified(outcome), progress, snapshot: false };
}

/** A copy that was made here succeeds only when every part was read back. */
function isVerified(outcome: CopyProgressEvent['outcome']): boolean {
  return outcome === 'SUCCEEDED' || outcome === 'SUCCEEDED_WITH_WARNINGS';
}

/** Rows and place in the journal of one moment: what comes after it is news, and bytes never fall. */
async function presentState(site: SiteContext, copyId: string | undefined): Promise<{ seq: number; events: CopyProgressEvent[] }> {
  return site.database.$transaction(
    async (transaction) => {
      const state = await transaction.journalState.findUnique({ where: { id: 1 } });
      const seq = Number(state?.head ?? 0);
      const copies = await transaction.copy.findMany({
        where: copyId === undefined ? { phase: { not: 'DONE' } } : { id: copyId },
        orderBy: { createdAt: 'asc' },
      });
      const operationIds = copies.flatMap(({ operationId }) => operationId ?? []);
      const operations = await transaction.operation.findMany({ where: { id: { in: operationIds } } });
      const events = copies.map((copy) =>
        snapshotOf(copy, operations.find(({ id }) => id === copy.operationId), encodeJournalCursor(seq)),
      );
      return { seq, events };
    },
    { isolationLevel: 'RepeatableRead' },
  );
}

function snapshotOf(copy: CopyRow, operation: OperationRow | undefined, cursor: string): CopyProgressEvent {
  const arrived = Number(copy.bytes);
  return {
    cursor,
    at: new Date(),
    copyId: copy.id,
    operationId: operation?.id ?? null,
    phase: operation === undefined ? copy.phase : (operation.phase as CopyProgressEvent['phase']),
    outcome: operation === undefined ? copy.outcome : (operation.outcome as CopyProgressEvent['outcome']),
    verified: copy.verifiedAt !== null,
    progress: operation === undefined ? wholly(arrived) : progressOf(operation),
    snapshot: true,
  };
}

function progressOf({ bytesDone, bytesTotal, itemsDone, itemsTotal, bytesPerSecond, etaSeconds }: OperationRow): OperationProgress {
  return {
    bytesDone: Number(bytesDone),
    bytesTotal: bytesTotal === null ? null : Number(bytesTotal),
    itemsDone,
    itemsTotal,
    bytesPerSecond,
    etaSeconds,
  };
}

function wholly(bytes: number): OperationProgress {
  return { bytesDone: bytes, bytesTotal: bytes, itemsDone: 0, itemsTotal: null, bytesPerSecond: null, etaSeconds: null };
}
