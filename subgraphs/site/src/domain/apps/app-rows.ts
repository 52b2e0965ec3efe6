import { nameTaken, newId, parseId } from '@ocopea/graph';
import type { Queryable } from '@ocopea/operations';
import { insertRows } from '../../store/insert-rows.js';
import type { AppManifest } from '../manifest/app-manifest.js';
import type { Placement } from '../manifest/plan-placement.js';
import { lockSubject } from '../work/bar-conflicts.js';

/** The rows of one app instance as they are first written: plain JSON, so that an operation can keep them as its input. */
export type AppRows = {
  readonly appInstance: {
    readonly id: string;
    readonly name: string;
    readonly manifest: AppManifest;
    readonly restoredFromCopyId: string | null;
    readonly createdAt: string;
  };
  readonly dataServices: readonly DataServiceSeed[];
  readonly appServices: readonly AppServiceSeed[];
};

export type DataServiceSeed = {
  readonly id: string;
  readonly name: string;
  readonly position: number;
  readonly brokerId: string;
  readonly brokerKey: string;
  readonly planId: string;
  readonly protocol: string;
  readonly settings: readonly { readonly name: string; readonly value: string }[];
};

export type AppServiceSeed = {
  readonly id: string;
  readonly name: string;
  readonly position: number;
  readonly brokerId: string;
  readonly space: string;
  readonly brokerKey: string;
};

export interface AppRowsRequest {
  readonly siteId: string;
  readonly name: string;
  readonly manifest: AppManifest;
  readonly placement: Placement;
  readonly restoredFromCopyId?: string;
}

/** Gives every service its id, and the id that its broker will know it by. */
export function buildAppRows({ siteId, name, manifest, placement, restoredFromCopyId }: AppRowsRequest): AppRows {
  return {
    appInstance: {
      id: newId(siteId, 'app'),
      name,
      manifest,
      restoredFromCopyId: restoredFromCopyId ?? null,
      createdAt: new Date().toISOString(),
    },
    dataServices: placement.dataServices.map((placed, position) => ({
      ...withKeys(newId(siteId, 'data-service')),
      ...placed,
      position,
      settings: manifest.dataServices.find((one) => one.name === placed.name)?.settings ?? [],
    })),
    appServices: placement.appServices.map((placed, position) => ({ ...withKeys(newId(siteId, 'app-service')), ...placed, position })),
  };
}

/** The same services under new ids: a broker takes each id once for ever, also when what it named is gone. */
export function withFreshServices(rows: AppRows, siteId: string): AppRows {
  return {
    appInstance: rows.appInstance,
    dataServices: rows.dataServices.map((row) => ({ ...row, ...withKeys(newId(siteId, 'data-service')) })),
    appServices: rows.appServices.map((row) => ({ ...row, ...withKeys(newId(siteId, 'app-service')) })),
  };
}

/**
 * Writes the rows. An instance whose deployment failed and left nothing but its name gives way.
 *
 * @throws NAME_TAKEN
 */
export async function insertAppRows(transaction: Queryable, rows: AppRows, operationId: string): Promise<void> {
  const { appInstance, dataServices, appServices } = rows;
  await lockSubject(transaction, `app instance name ${appInstance.name}`);
  await transaction.query(
    `DELETE FROM app_instances a WHERE (a.name = $1 OR a.id = $2) AND a.phase = 'FAILED'
       AND NOT EXISTS (SELECT FROM data_services d WHERE d.app_instance_id = a.id)
       AND NOT EXISTS (SELECT FROM app_services s WHERE s.app_instance_id = a.id)
       AND NOT EXISTS (SELECT FROM operations o WHERE o.subject_id = a.id AND o.phase <> 'DONE' AND o.id <> $3)`,
    [appInstance.name, appInstance.id, operationId],
  );
  const holder = await transaction.query('SELECT id FROM app_instances WHERE name = $1', [appInstance.name]);
  if (holder.rows.length > 0) throw nameTaken('app instance', appInstance.name, holder.rows[0].id);

  const owner = { appInstanceId: appInstance.id, createdAt: appInstance.createdAt };
  await insertRows(transaction, 'app_instances', [{ ...appInstance, phase: 'DEPLOYING' }]);
  await insertRows(transaction, 'data_services', dataServices.map((row) => ({ ...row, ...owner, phase: 'CREATING' })));
  await insertRows(transaction, 'app_services', appServices.map((row) => ({ ...row, ...owner, phase: 'STARTING' })));
}


/** Brokers take short ids of their own alphabet: the unique part of ours. */
function withKeys(id: string): { id: string; brokerKey: string } {
  return { id, brokerKey: parseId(id).uuid };
}
