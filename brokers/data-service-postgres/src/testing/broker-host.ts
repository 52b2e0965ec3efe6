import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ByteStream } from '@ocopea/broker-contract';
import { createPostgresDataServiceBroker } from '../index.js';

/** What a host of a broker is told to do. It says when it is in the middle of it, and stays there until it is killed. */
export interface HostTask {
  readonly directory: string;
  readonly dataServiceId: string;
  readonly task: 'copy' | 'restore' | 'create';
  /** The part to restore. */
  readonly file?: string;
  /** Bytes of it that are given before it stands still. */
  readonly standStillAt?: number;
}

const { directory, dataServiceId, task, file = '', standStillAt = 0 } = JSON.parse(process.argv[2]!) as HostTask;
const broker = await createPostgresDataServiceBroker({ directory });
const format = (await broker.info()).plans[0]!.writesFormats[0]!;
const standStill = () => {
  process.send!('in the middle');
  return new Promise<never>(() => setInterval(() => undefined, 60_000));
};

async function* firstPartOf(path: string): ByteStream {
  yield* createReadStream(path, { end: standStillAt - 1 });
  await standStill();
}

switch (task) {
  case 'copy':
    await broker.copy({
      dataServiceId,
      copyPartId: 'interrupted',
      format,
      target: {
        protocol: 'byte-stream/1',
        accept: async (stream) => {
          for await (const _ of stream) return standStill();
          return standStill();
        },
      },
    });
    break;
  case 'restore':
    await broker.create({
      dataServiceId,
      planId: 'dedicated',
      restoreFrom: { format, source: { protocol: 'byte-stream/1', logicalBytes: (await stat(file)).size, open: () => firstPartOf(file) } },
    });
    break;
  case 'create':
    process.send!('in the middle');
    await broker.create({ dataServiceId, planId: 'dedicated' });
    process.send!('created');
    await standStill();
}
