import type { CopyOutcome } from '../../store/generated/enums.js';
import type { SiteContext } from '../site-context.js';

/** Remembers how the taking of a copy ended, for figures over time; told twice, it is one. A retry replaces the first try. */
export async function recordHistory(site: SiteContext, copyId: string, outcome: CopyOutcome): Promise<void> {
  const copy = await site.database.copy.findUnique({ where: { id: copyId } });
  if (copy === null) return;
  const { appInstanceName, createdAt: at, bytes, storedBytes } = copy;
  const row = { appInstanceName, at, outcome, bytes, storedBytes };
  await site.database.copyHistoryEntry.upsert({ where: { copyId }, create: { copyId, ...row }, update: row });
}
