import { createMemoryDataServiceBroker } from '@ocopea/data-service-memory';
import { BrokerError, type DataServiceBroker } from '@ocopea/broker-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployDocument, pairsManifest } from '../../testing/documents.js';
import type { Loose } from '../../testing/site-client.js';
import { TestSite } from '../../testing/test-site.js';

let site: TestSite;
/** What the health of data services answers instead of the truth. */
let trouble: 'none' | 'error' | 'hangs' = 'none';

beforeAll(async () => {
  const memory = createMemoryDataServiceBroker();
  const dataService = new Proxy<DataServiceBroker>(memory, {
    get(target, property) {
      if (property === 'health' && trouble === 'error') return async () => Promise.reject(new BrokerError('UNAVAILABLE', 'the disk is on fire'));
      if (property === 'health' && trouble === 'hangs') return () => new Promise(() => undefined);
      const value = Reflect.get(target, property) as unknown;
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
  site = await TestSite.start({ brokers: { dataService }, limits: { healthIntervalMs: 100, healthDeadlineMs: 300 } });
  await site.client.run(deployDocument, { input: { siteId: site.siteId, name: 'watched', manifest: pairsManifest } });
});
afterAll(() => site?.remove());

const document = 'subscription ($after: String) { healthChanged(after: $after) { cursor subject { kind name } from to reason figures { name value } snapshot site { id } } }';
const changesUntil = async (last: (change: Loose) => boolean, after?: string) => {
  const changes: Loose[] = [];
  for await (const { healthChanged } of site.client.subscribe(document, after === undefined ? {} : { after })) {
    changes.push(healthChanged);
    if (last(healthChanged)) return changes;
  }
  return changes;
};

describe('health', () => {
  it('is measured all the time, rolls up, and its changes are told', async () => {
    const isHealthySite = ({ subject, to }: Loose) => subject.kind === 'SITE' && to === 'HEALTHY';
    const calm = await changesUntil(isHealthySite);
    expect(calm[0]).toMatchObject({ snapshot: true, site: { id: site.siteId } });
    const withFigures = await changesUntil(({ subject, to }) => subject.kind === 'DATA_SERVICE' && to === 'HEALTHY');
    expect(withFigures.at(-1).figures).toContainEqual({ name: 'sizeBytes', value: expect.any(Number) });

    trouble = 'error';
    const bad = await changesUntil(({ subject, to, snapshot }) => !snapshot && subject.kind === 'SITE' && to === 'DEGRADED');
    const told = bad.filter(({ snapshot }) => !snapshot);
    expect(told).toContainEqual(expect.objectContaining({ subject: { kind: 'DATA_SERVICE', name: 'db' }, from: 'HEALTHY', to: 'UNHEALTHY', reason: 'the disk is on fire' }));
    expect(told).toContainEqual(expect.objectContaining({ subject: { kind: 'APP_INSTANCE', name: 'watched' }, to: 'UNHEALTHY', reason: 'db: the disk is on fire' }));
    const { sites, appInstances } = await site.client.get('{ sites { health healthReason } appInstances { edges { node { health healthReason } } } }');
    expect(sites[0]).toEqual({ health: 'DEGRADED', healthReason: 'watched: db: the disk is on fire' });
    expect(appInstances.edges[0].node).toEqual({ health: 'UNHEALTHY', healthReason: 'db: the disk is on fire' });

    // A broker that does not answer costs its own row only, and not for longer than the deadline.
    trouble = 'hangs';
    const hanging = await changesUntil(({ subject, to }) => subject.kind === 'DATA_SERVICE' && to === 'UNKNOWN', bad.at(-1).cursor);
    expect(hanging.at(-1)).toMatchObject({ reason: 'the broker did not answer in time' });

    trouble = 'none';
    const well = await changesUntil(isHealthySite, hanging.at(-1).cursor);
    expect(well.every(({ snapshot }) => !snapshot)).toBe(true);
  });
});
