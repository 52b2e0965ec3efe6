import type { MutationRecord } from '@ocopea/edge';
import type { Database } from '../store/open-database.js';

/** Keeps who did what, from where, with which outcome. */
export async function writeAuditRecord(database: Database, { principal, operationName, field, outcome, remoteAddress, at }: MutationRecord): Promise<void> {
  await database.auditRecord.create({
    data: {
      at,
      principalKind: principal.kind,
      principalName: principal.name,
      field,
      operationName: operationName ?? null,
      outcome: outcome === 'OK' ? 'OK' : 'REFUSED',
      errorCode: outcome === 'OK' ? null : outcome,
      remoteAddress,
    },
  });
}
