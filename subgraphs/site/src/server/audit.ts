import type { MutationRecord } from '@ocopea/edge';
import type { Database } from '../store/open-database.js';

/** Keeps who did what, from where, with which outcome. */
export async function writeAuditRecord(database: Database, record: MutationRecord): Promise<void> {
  const { principal, operationName, field, outcome, remoteAddress, at } = record;
  await database.auditRecord.create({
    data: {
      at,
      principalKind: principal.kind,
      principalName: principal.name,
      via: principal.via ?? null,
      field,
      operationName: operationName ?? null,
      outcome: outcome === 'OK' ? 'OK' : 'REFUSED',
      errorCode: outcome === 'OK' ? null : outcome,
      remoteAddress,
    },
  });
}

/** Joining is no mutation, and decides who may ask for all of them. */
export async function writeJoinRecord(database: Database, hubId: string, remoteAddress: string): Promise<void> {
  await database.auditRecord.create({
    data: { at: new Date(), principalKind: 'hub', principalName: hubId, field: 'join', outcome: 'OK', remoteAddress },
  });
}
