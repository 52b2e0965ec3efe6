import type { EndedOperation, Fabric } from '@ocopea/test-support';
import { EventRecorder, type Sequences } from './event-recorder.js';
import { copyProgress, journal, operationProgress, type Stream, type StreamEvent } from './streams.js';

/** One subscriber to each stream at the Hub and at both Sites. */
export class Subscribers {
  readonly #recorders = new Map<string, EventRecorder<StreamEvent>>();

  static async start(fabric: Fabric): Promise<Subscribers> {
    const subscribers = new Subscribers();
    const token = await fabric.token();
    const servers = { hub: fabric.port, 'eu-central': portOf(fabric.siteUrl('eu-central')), 'us-west': portOf(fabric.siteUrl('us-west')) };
    for (const [server, port] of Object.entries(servers)) {
      for (const [name, stream] of Object.entries({ operationProgress, copyProgress, events: journal })) {
        subscribers.#recorders.set(`${name} at ${server}`, await EventRecorder.start({ port, token, stream: stream as unknown as Stream<StreamEvent> }));
      }
    }
    return subscribers;
  }

  /** Breaks all their connections. */
  readonly cut = (): void => {
    for (const recorder of this.#recorders.values()) recorder.cut();
  };

  /** What the one of this name got until the end of these operations, and what there was. */
  async compare(name: string, ended: readonly EndedOperation[]): Promise<{ connections: number; got: Sequences<StreamEvent>; was: Sequences<StreamEvent> }> {
    const recorder = this.#recorders.get(name);
    if (recorder === undefined) throw new Error(`there is no subscriber "${name}" among ${[...this.#recorders.keys()].join(', ')}`);
    for (const operation of ended) await recorder.untilEndOf(operation);
    const got = recorder.recorded();
    return { connections: recorder.connections, got, was: await recorder.replayed() };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#recorders.values()].map((recorder) => recorder.stop()));
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
