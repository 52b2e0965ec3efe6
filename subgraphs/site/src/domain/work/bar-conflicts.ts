import { conflict } from '@ocopea/graph';
import type { Queryable } from '@ocopea/operations';

/** Operations that bar another one on the same subject, by what that other one does to it. */
export const SubjectUse = {
  /** Changes or removes an app instance: nothing else may work on it, nor may it be copied meanwhile. */
  ChangeApp: 'changeApp',
  /** Copies an app instance: it may be copied by several at once, but not changed. */
  CopyApp: 'copyApp',
  /** Removes a copy: nothing may read or make it. */
  RemoveCopy: 'removeCopy',
  /** Reads a copy: others may too, but it may not be removed. */
  ReadCopy: 'readCopy',
} as const;
export type SubjectUse = (typeof SubjectUse)[keyof typeof SubjectUse];

/**
 * Refuses a use of an app instance or a copy that an operation under way does not allow. Call it in the transaction that
 * makes the operation: a lock on the subject, kept until the commit, lets two starts see each other.
 *
 * @throws CONFLICT naming the operation
 */
export async function barConflicts(transaction: Queryable, use: SubjectUse, subjectId: string, ownOperationId: string): Promise<void> {
  await lockSubject(transaction, subjectId);
  const { rows } = await transaction.query(
    `SELECT o.id, o.kind FROM operations o WHERE o.phase <> 'DONE' AND o.id <> $2 AND (${barring[use]}) ORDER BY o.created_at LIMIT 1`,
    [subjectId, ownOperationId],
  );
  const running = rows[0] as { id: string; kind: string } | undefined;
  if (running === undefined) return;
  throw conflict(`"${subjectId}" is in use by operation "${running.id}" (${running.kind}); wait until it is done, or cancel it`, {
    details: { operationId: running.id },
  });
}

/** Puts transactions about one subject in a row. The lock goes with the transaction. */
export async function lockSubject(transaction: Queryable, subject: string): Promise<void> {
  await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [subject]);
}

const barring: Readonly<Record<SubjectUse, string>> = {
  changeApp: `o.subject_id = $1 OR (o.kind = 'createCopy' AND o.subject_id IN (SELECT id FROM copies WHERE app_instance_id = $1))`,
  copyApp: `o.subject_id = $1`,
  removeCopy: `o.subject_id = $1 OR (o.kind = 'restoreCopy' AND o.subject_id IN (SELECT id FROM app_instances WHERE restored_from_copy_id = $1))`,
  readCopy: `o.kind IN ('deleteCopy', 'createCopy') AND o.subject_id = $1`,
};
