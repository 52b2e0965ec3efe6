import { conflict } from '@ocopea/graph';
import type { Queryable } from '@ocopea/operations';
import { lockSubject } from '../work/bar-conflicts.js';

/**
 * Condition in SQL: the copy `c` is the last verified, usable one of its application that would be left once all whose time is
 * over are gone. Of several whose time is over, the newest counts as the last.
 */
export const isLastVerifiedSql = `c.usable AND c.verified_at IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM copies o WHERE o.app_instance_id = c.app_instance_id AND o.id <> c.id AND o.usable AND o.verified_at IS NOT NULL
    AND (o.expires_at IS NULL OR o.expires_at > now() OR (o.created_at, o.id) > (c.created_at, c.id)))`;

/**
 * For removals that nobody asked for. The lock puts those of one application in a row, so that two never remove the last two.
 *
 * @throws CONFLICT
 */
export async function requireNotLastVerified(transaction: Queryable, copyId: string, appInstanceId: string): Promise<void> {
  await lockSubject(transaction, `copies of ${appInstanceId}`);
  const { rows } = await transaction.query(`SELECT 1 FROM copies c WHERE c.id = $1 AND ${isLastVerifiedSql}`, [copyId]);
  if (rows.length > 0) throw conflict(`copy "${copyId}" is the last verified one of its application`);
}
