import type { Queryable } from '@ocopea/operations';
import type { Consistency } from '../../store/generated/enums.js';
import { insertRows } from '../../store/insert-rows.js';
import type { AppManifest } from '../manifest/app-manifest.js';
import { labelTerms, type CopyLabels } from './copy-labels.js';

/** All that is decided before a copy begins: the input of its operation. */
export type CopyPlan = {
  readonly copyId: string;
  readonly appInstanceId: string;
  readonly appInstanceName: string;
  /** As it was asked for; the copy gets it as it runs. */
  readonly manifest: AppManifest;
  readonly consistency: Consistency;
  readonly createdAt: string;
  /** Absent in a plan of an older release. */
  readonly said?: SaidOfCopy;
  readonly parts: readonly PlannedPart[];
};

/** What people say of a copy from its beginning. */
export type SaidOfCopy = {
  readonly labels: CopyLabels;
  readonly notes: string | null;
  readonly expiresAt: string | null;
};

export type PlannedPart = {
  readonly id: string;
  readonly position: number;
  readonly dataServiceId: string;
  readonly dataService: string;
  readonly format: string;
  readonly repositoryId: string;
};

/** Writes the row of a copy that is about to begin, or brings that of a failed one back to its start. Its parts get rows as they begin. */
export async function insertPlannedCopy(transaction: Queryable, plan: CopyPlan, operationId: string): Promise<void> {
  const { copyId, appInstanceId, appInstanceName, manifest, consistency, createdAt, said = { labels: {}, notes: null, expiresAt: null } } = plan;
  const again = await transaction.query(
    `UPDATE copies SET phase = 'QUEUED', outcome = NULL, error_code = NULL, error_message = NULL, hooks_owed_since = NULL, operation_id = $2
     WHERE id = $1 RETURNING id`,
    [copyId, operationId],
  );
  if (again.rows.length > 0) return;
  await insertRows(transaction, 'copies', [
    { id: copyId, appInstanceId, appInstanceName, manifest, createdAt, phase: 'QUEUED', consistency: 'CRASH', consistencyAsked: consistency, operationId, ...said },
  ]);
  await transaction.query('UPDATE copies SET label_terms = $2 WHERE id = $1', [copyId, labelTerms(said.labels)]);
}
