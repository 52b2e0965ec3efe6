import { describe, expect, it } from 'vitest';
import type { ServicePlan } from '@ocopea/broker-contract';
import type { AppManifest } from './app-manifest.js';
import { planPlacement, type SiteOffer } from './plan-placement.js';

const plan = (id: string, formats: string[], protocol = 'postgresql'): ServicePlan => ({
  id,
  name: id,
  description: '',
  price: '',
  protocols: [{ name: protocol, version: '18' }],
  writesFormats: formats,
  restoresFormats: formats,
  settings: [],
});
const about = { version: '1.0.0', description: '' };
const offer: SiteOffer = {
  dataServiceBrokers: [
    { id: 'b1', info: { ...about, product: 'mariadb', plans: [plan('small', ['maria/11'], 'mysql')], copyProtocols: [], capabilities: {} } },
    { id: 'b2', info: { ...about, product: 'postgres', plans: [plan('dedicated', ['physical/18']), plan('shared', ['dump/1'])], copyProtocols: [], capabilities: {} } },
  ],
  paasBrokers: [
    { id: 'p1', info: { ...about, product: 'process', artifactTypes: ['directory'], appServiceIdMaxLength: 63, capabilities: {} }, spaces: [{ name: 'default', description: '' }] },
    { id: 'p2', info: { ...about, product: 'k8s', artifactTypes: ['directory', 'oci-image'], appServiceIdMaxLength: 63, capabilities: { replicas: true } }, spaces: [{ name: 'team', description: '' }] },
  ],
};
const manifest = (db: object, web: object = {}): AppManifest => ({
  dataServices: [{ name: 'db', protocol: 'postgresql', settings: [], ...db }],
  appServices: [{ name: 'web', artifact: { type: 'directory', name: 'x', version: '1' }, environment: [], ports: [], replicas: 1, entryPoint: false, ...web }],
});
const placed = (planId: string) => ({ dataServices: [{ name: 'db', brokerId: 'b2', planId, protocol: 'postgresql' }] });

describe('planPlacement', () => {
  it('takes the first broker that offers all that is asked', () => {
    expect(planPlacement({ manifest: manifest({}), offer }).placement).toEqual({ ...placed('dedicated'), appServices: [{ name: 'web', brokerId: 'p1', space: 'default' }] });
    expect(planPlacement({ manifest: manifest({ plan: 'shared' }), offer }).placement).toMatchObject(placed('shared'));
    expect(planPlacement({ manifest: manifest({}, { replicas: 3 }), offer }).placement.appServices).toEqual([{ name: 'web', brokerId: 'p2', space: 'team' }]);
  });

  it.each([
    [manifest({ protocol: 'redis' }), /protocol "redis", which no broker here offers; offered: small \(mysql\); dedicated/],
    [manifest({ plan: 'huge' }), /plan "huge"/],
    [manifest({ broker: 'b9' }), /names the broker "b9", which is not a data service broker of this Site/],
    [manifest({ broker: 'b1' }), /protocol "postgresql"/],
    [manifest({}, { artifact: { type: 'wasm', name: 'x', version: '1' } }), /type "wasm", which no broker here runs; they run: directory, oci-image/],
  ])('says what nobody offers', (wanted, problem) => {
    expect(planPlacement({ manifest: wanted, offer }).problems.join()).toMatch(problem);
  });

  it('finds a plan that restores the format, whatever broker and plan the copied one had elsewhere', () => {
    const restoredFormats = new Map([['db', 'dump/1']]);
    expect(planPlacement({ manifest: manifest({ broker: 'other-site.broker.1', plan: 'dedicated' }), offer, restoredFormats })).toMatchObject({
      placement: placed('shared'),
      problems: [],
      unrestorable: [],
    });
  });

  it('says which formats are restored when none fits', () => {
    const { unrestorable, problems } = planPlacement({ manifest: manifest({}), offer, restoredFormats: new Map([['db', 'physical/17']]) });
    expect(unrestorable).toEqual([{ dataService: 'db', format: 'physical/17', restorable: ['physical/18', 'dump/1'] }]);
    expect(problems).toEqual([]);
  });
});
