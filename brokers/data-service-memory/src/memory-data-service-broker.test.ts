import { randomUUID } from 'node:crypto';
import { dataServiceBrokerConformance } from '@ocopea/broker-conformance';
import { connect, createMemoryDataServiceBroker, MemoryDataServiceState } from './index.js';

dataServiceBrokerConformance({
  name: 'the memory data service broker',
  open: async () => {
    const state = new MemoryDataServiceState();
    let broker = createMemoryDataServiceBroker({ state });
    const open = async () => void (broker = createMemoryDataServiceBroker({ state }));
    return {
      get broker() {
        return broker;
      },
      planId: 'pairs',
      otherSettings: { label: 'other' },
      write: async (binding, records) => {
        for (let record = 0; record < records; record++) await connect(binding).put(randomUUID(), 'x'.repeat(300));
      },
      digest: (binding) => connect(binding).digest(),
      statements: { add: 'put hook ran', say: (text) => `say ${text}`, wrong: 'upsert', endless: 'wait 1000000' },
      withAddressOf: ({ values }, address) => ({ ...address, values: { uri: `memory://${values['username']}:${values['password']}@${address.values['host']}:${address.values['port']}` } }),
      reopen: () => broker.close().then(open),
      crash: open,
      leftovers: async () => [...state.services.values()].filter(({ state: { phase } }) => phase !== 'running').map(({ dataServiceId }) => dataServiceId),
      close: () => broker.close(),
    };
  },
});
