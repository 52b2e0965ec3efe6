import DataLoader from 'dataloader';
import type { AppInstance, AppService, Broker, Copy, CopyHookRun, CopyPart, CopyRepository, CopySend, CopyVerification, DataService, TransferReceipt } from './generated/client.js';
import type { Database } from './open-database.js';

/** Reads of one request, put together: each nested field of a list costs one query, not one for each row. */
export interface Loaders {
  readonly appInstance: DataLoader<string, AppInstance | null>;
  readonly copy: DataLoader<string, Copy | null>;
  readonly copyRepository: DataLoader<string, CopyRepository | null>;
  readonly broker: DataLoader<string, Broker | null>;
  readonly dataServicesOfApp: DataLoader<string, DataService[]>;
  readonly appServicesOfApp: DataLoader<string, AppService[]>;
  readonly partsOfCopy: DataLoader<string, CopyPart[]>;
  /** Parts of a copy that were sent to other Sites, by the copies there. */
  readonly sendsOfCopy: DataLoader<string, CopySend[]>;
  /** Receipts of the parts of a copy that came from another Site, in the order of the manifest. */
  readonly receiptsOfCopy: DataLoader<string, (TransferReceipt & { readonly copyId: string })[]>;
  /** Ids of app instances that were restored from a copy. */
  readonly restoredFromCopy: DataLoader<string, string[]>;
  /** The newest evidence of each copy comes first. */
  readonly verificationsOfCopy: DataLoader<string, CopyVerification[]>;
  /** In the order in which they began. */
  readonly hookRunsOfCopy: DataLoader<string, CopyHookRun[]>;
}

export function createLoaders(database: Database): Loaders {
  return {
    appInstance: byId((ids) => database.appInstance.findMany({ where: { id: { in: ids } } })),
    copy: byId((ids) => database.copy.findMany({ where: { id: { in: ids } } })),
    copyRepository: byId((ids) => database.copyRepository.findMany({ where: { id: { in: ids } } })),
    broker: byId((ids) => database.broker.findMany({ where: { id: { in: ids } } })),
    dataServicesOfApp: byOwner(
      ({ appInstanceId }) => appInstanceId,
      (ids) => database.dataService.findMany({ where: { appInstanceId: { in: ids } }, orderBy: { position: 'asc' } }),
    ),
    appServicesOfApp: byOwner(
      ({ appInstanceId }) => appInstanceId,
      (ids) => database.appService.findMany({ where: { appInstanceId: { in: ids } }, orderBy: { position: 'asc' } }),
    ),
    partsOfCopy: byOwner(
      ({ copyId }) => copyId,
      (ids) => database.copyPart.findMany({ where: { copyId: { in: ids } }, orderBy: { position: 'asc' } }),
    ),
    verificationsOfCopy: byOwner(
      ({ copyId }) => copyId,
      (ids) => database.copyVerification.findMany({ where: { copyId: { in: ids } }, orderBy: [{ finishedAt: 'desc' }, { operationId: 'desc' }] }),
    ),
    hookRunsOfCopy: byOwner(
      ({ copyId }) => copyId,
      (ids) => database.copyHookRun.findMany({ where: { copyId: { in: ids } }, orderBy: [{ startedAt: 'asc' }, { id: 'asc' }] }),
    ),
    sendsOfCopy: byOwner(
      ({ copyId }) => copyId,
      (ids) => database.copySend.findMany({ where: { copyId: { in: ids } }, orderBy: [{ targetCopyId: 'asc' }, { partId: 'asc' }] }),
    ),
    receiptsOfCopy: byOwner(
      ({ copyId }) => copyId,
      async (ids) => {
        const rows = await database.transferReceipt.findMany({ where: { part: { copyId: { in: ids } } }, include: { part: true }, orderBy: { part: { position: 'asc' } } });
        return rows.map(({ part: { copyId }, ...receipt }) => ({ ...receipt, copyId }));
      },
    ),
    restoredFromCopy: new DataLoader(async (ids) => {
      const rows = await database.appInstance.findMany({
        where: { restoredFromCopyId: { in: [...ids] } },
        select: { id: true, restoredFromCopyId: true },
        orderBy: { id: 'asc' },
      });
      return grouped(ids, rows, ({ restoredFromCopyId }) => restoredFromCopyId).map((group) => group.map(({ id }) => id));
    }),
  };
}

function byId<Row extends { id: string }>(find: (ids: string[]) => Promise<Row[]>): DataLoader<string, Row | null> {
  return new DataLoader(async (ids) => {
    const rows = new Map((await find([...ids])).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  });
}

function byOwner<Row>(ownerOf: (row: Row) => string, find: (ids: string[]) => Promise<Row[]>): DataLoader<string, Row[]> {
  return new DataLoader(async (ids) => grouped(ids, await find([...ids]), ownerOf));
}

function grouped<Row>(ids: readonly string[], rows: readonly Row[], ownerOf: (row: Row) => string | null): Row[][] {
  const groups = new Map<string | null, Row[]>();
  for (const row of rows) {
    const owner = ownerOf(row);
    const group = groups.get(owner);
    if (group === undefined) groups.set(owner, [row]);
    else group.push(row);
  }
  return ids.map((id) => groups.get(id) ?? []);
}
