import { copyRepositoryBrokerConformance, Gate } from '@ocopea/broker-conformance';
import { describe } from 'vitest';
import { createMemoryCopyRepositoryBroker, MemoryCopyRepositoryState } from './index.js';

describe.each([
  ['', true],
  [', without chunks', false],
])('conformance%s', (variant, chunks) => {
  copyRepositoryBrokerConformance({
    name: `the memory copy repository broker${variant}`,
    open: async () => {
      const state = new MemoryCopyRepositoryState();
      let gate: Gate | undefined;
      const beforeStore = async () => gate?.pass();
      let broker = createMemoryCopyRepositoryBroker({ state, beforeStore, chunks });
      const open = async () => void (broker = createMemoryCopyRepositoryBroker({ state, beforeStore, chunks }));
      return {
        get broker() {
          return broker;
        },
        properties: () => ({}),
        otherProperties: () => ({ capacityBytes: '1' }),
        smallProperties: async () => ({ capacityBytes: String(4 * 1024 * 1024) }),
        damage: async ({ repositoryId, partId }, how) => {
          const repository = state.repositories.get(repositoryId);
          const chunk = repository?.part(partId)?.chunks[3]?.hash ?? '';
          repository?.overwriteChunk(chunk, (content) => (how === 'truncate' ? content.subarray(1) : content.map((byte, index) => (index === 9 ? byte ^ 1 : byte))));
        },
        stallStorage: () => ((opened) => ((gate = opened), () => ((gate = undefined), opened.open())))(new Gate()),
        reopen: () => broker.close().then(open),
        crash: open,
        leftovers: async () => [...state.repositories.values()].flatMap((repository) => repository.unreferenced()),
        close: () => broker.close(),
      };
    },
  });
});
