import type { PartKey } from '@ocopea/broker-contract';

/** What a sender can do with a part under a Grant to write. */
export const TransferAction = { Missing: 'missing', Reserve: 'reserve', Chunks: 'chunks', Stream: 'stream', Publish: 'publish' } as const;
export type TransferAction = (typeof TransferAction)[keyof typeof TransferAction];

const actions: readonly string[] = Object.values(TransferAction);
const idPattern = '[A-Za-z0-9._-]{1,200}';
const pathPattern = new RegExp(`^/repositories/(${idPattern})/parts/(${idPattern})/([a-z]+)$`);

/**
 * The address of a part: what `sendPart` takes as `target.url`.
 *
 * @param mount where the door answers, for example `https://eu.example.org/copies/v1`
 */
export function transferUrl(mount: string, { repositoryId, partId }: PartKey): string {
  return `${mount.replace(/\/$/, '')}/repositories/${repositoryId}/parts/${partId}`;
}

/** What a path below the mount asks for, or `undefined` when that is nothing known. */
export function parseTransferPath(path: string): { readonly key: PartKey; readonly action: TransferAction } | undefined {
  const [, repositoryId, partId, action] = pathPattern.exec(path) ?? [];
  if (repositoryId === undefined || partId === undefined || action === undefined || !actions.includes(action)) return undefined;
  return { key: { repositoryId, partId }, action: action as TransferAction };
}
