import { copyDependedOn } from '@ocopea/graph';
import type { Queryable } from '@ocopea/operations';

/** What would lose its only way back if a copy went. */
export type CopyDependent = {
  readonly copyId: string;
  readonly id: string;
  readonly name: string;
};

/**
 * An app instance that was restored from a copy depends on it for as long as no usable copy of its own exists: nothing else
 * holds what it began with. Condition on `a` of `app_instances` for a copy `c`; decision 0012 has the why, and what is descent only.
 */
const dependsOn = `c.usable AND a.restored_from_copy_id = c.id AND a.phase <> 'DELETING'
  AND EXISTS (SELECT 1 FROM data_services d WHERE d.app_instance_id = a.id)
  AND NOT EXISTS (SELECT 1 FROM copies own WHERE own.app_instance_id = a.id AND own.usable)`;

/** Condition in SQL: something depends on the copy `c`. */
export const isDependedOnSql = `EXISTS (SELECT 1 FROM app_instances a WHERE ${dependsOn})`;

/** What depends on copies, by name. */
export async function findDependents(database: Queryable, copyIds: readonly string[]): Promise<CopyDependent[]> {
  const { rows } = await database.query(
    `SELECT c.id AS "copyId", a.id, a.name FROM copies c JOIN app_instances a ON ${dependsOn} WHERE c.id = ANY($1::text[]) ORDER BY a.name`,
    [[...copyIds]],
  );
  return rows as CopyDependent[];
}

/** @throws COPY_DEPENDED_ON naming what depends on it */
export async function requireNoDependents(transaction: Queryable, copyId: string): Promise<void> {
  const dependents = await findDependents(transaction, [copyId]);
  if (dependents.length > 0) throw copyDependedOn(copyId, dependents);
}
