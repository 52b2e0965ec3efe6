import { chunkRecordBytes } from '@ocopea/broker-contract';

/** The hashes in a page of chunk records; what follows the last whole record is ignored. */
export function* hashesOf(records: Buffer): Generator<string> {
  for (let at = 0; at + chunkRecordBytes <= records.length; at += chunkRecordBytes) yield records.toString('hex', at, at + 32);
}
