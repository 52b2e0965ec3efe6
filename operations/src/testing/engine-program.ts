import { createOperationEngine } from '../create-operation-engine.js';
import { defineOperation } from '../define-operation.js';
import { RecordingLog } from './recording-log.js';

/** What the test tells this process: where its database is, and who it is. */
export interface EngineProgramInput {
  readonly databaseUrl: string;
  readonly executorId: string;
  readonly adoptAfterMs?: number;
}

/** What it tells the test: each begin of a step, and that it is ready. */
export type EngineProgramMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'step'; readonly name: string; readonly attempt: number; readonly operationId: string }
  | { readonly type: 'moved'; readonly bytesDone: number };

const input = JSON.parse(process.argv[2] ?? '{}') as EngineProgramInput;
const tell = (message: EngineProgramMessage): void => {
  process.send?.(message);
};
let release = (): void => undefined;
const released = new Promise<void>((resolve) => (release = resolve));
process.on('message', (message: { type: string; id: string }) => {
  if (message.type === 'release') release();
  if (message.type === 'start') void engine.start(stay, null, { id: message.id, cause: { kind: 'USER', name: 'admin' } });
});

/** Three steps; the second moves bytes and then waits until it is released, aborted or killed. */
const threeSteps = defineOperation({
  kind: 'threeSteps',
  run: async (operation) => {
    const begun = async (name: string, attempt: number): Promise<void> => tell({ type: 'step', name, attempt, operationId: operation.id });
    const undo = (name: string) => async (): Promise<void> => tell({ type: 'step', name: `undo ${name}`, attempt: 1, operationId: operation.id });
    const first = await operation.step(
      'first',
      async ({ attempt }) => {
        await begun('first', attempt);
        return { token: `made by ${process.pid}` };
      },
      { undo: undo('first') },
    );
    await operation.step(
      'second',
      async ({ attempt, signal, progress }) => {
        await begun('second', attempt);
        // A restart gets less far before it waits than the first run did.
        for (let bytesDone = 0; bytesDone <= (attempt === 1 ? 600 : 300); bytesDone += 100) {
          progress({ part: 'db', bytesDone, bytesTotal: 1000, bytesRead: bytesDone });
        }
        tell({ type: 'moved', bytesDone: 600 });
        await new Promise<void>((resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('told to stop')), { once: true });
          void released.then(resolve);
        });
        progress({ part: 'db', bytesDone: 1000, bytesTotal: 1000, bytesRead: 1000 });
      },
      { undo: undo('second') },
    );
    await operation.step('third', async ({ attempt }) => begun('third', attempt));
    return first;
  },
});

/** Takes the only place there is, and keeps it until this process is released or killed. */
const stay = defineOperation<null, void>({
  kind: 'stay',
  takesPlaceAt: () => ['copies'],
  run: (operation) =>
    operation.step('stay', async ({ attempt }) => {
      tell({ type: 'step', name: 'stay', attempt, operationId: operation.id });
      await released;
    }),
});

const engine = await createOperationEngine({
  ...input,
  ownerId: 'hub',
  definitions: [threeSteps, stay],
  placesAt: () => 1,
  log: new RecordingLog(),
});
process.once('SIGTERM', () => {
  void engine.close().then(() => process.exit(0));
});
tell({ type: 'ready' });
