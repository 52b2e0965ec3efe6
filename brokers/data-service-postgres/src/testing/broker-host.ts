import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ByteStream } from '@ocopea/broker-contract';
import { createPostgresDataServiceBroker, type PostgresDataServiceBrokerOptions } from '../index.js';

/** What a host of a broker is told to do. It says when it is in the middle of it, and stays there until it is killed. */
export interface HostTask extends Pick<PostgresDataServiceBrokerOptions, 'sharedServer' | 'programDirectories'> {
  readonly directory: string;
  readonly dataServiceId: string;
  /** @default 'dedicated' */
  readonly planId?: string;
  /** @default the preferred one of the plan `dedicated` */
  readonly format?: string;
  readonly task: 'copy' | 'restore' | 'create';
  /** The part to restore. */
  readonly file?: string;
  /** Bytes of it that are given before it stands still. */
  readonly standStillAt?: number;
}

const { directory, dataServiceId, planId = 'dedicated', format: given, task, file = '', standStillAt = 0, sharedServer, programDirectories } = JSON.parse(process.argv[2]!) as HostTask;
const broker = await createPostgresDataServiceBroker({ directory, ...(sharedServer && { sharedServer }), ...(programDirectories && { programDirectories }) });
const format = given ?? (await broker.info()).plans[0]!.writesFormats[0]!;
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
      planId,
      restoreFrom: { format, source: { protocol: 'byte-stream/1', logicalBytes: (await stat(file)).size, open: () => firstPartOf(file) } },
    });
    break;
  case 'create':
    process.send!('in the middle');
    await broker.create({ dataServiceId, planId });
    process.send!('created');
    await standStill();
}
