import { paasBrokerConformance, probeArtifactList, probeArtifacts, probeCommands, startProbe } from '@ocopea/broker-conformance';
import { createMemoryPaasBroker, MemoryPaasState } from './index.js';

paasBrokerConformance({
  name: 'the memory PaaS broker',
  open: async () => {
    const state = new MemoryPaasState();
    const running = new Set<object>();
    const artifacts = probeArtifactList.map(({ mode, ...artifact }) => ({
      ...artifact,
      commands: probeCommands,
      start: (host: Omit<Parameters<typeof startProbe>[0], 'mode'>) => {
        const app = startProbe({ mode, ...host });
        running.add(app);
        return { close: () => app.close().then(() => void running.delete(app)) };
      },
    }));
    let broker = createMemoryPaasBroker({ artifacts, state });
    return {
      get broker() {
        return broker;
      },
      space: 'default',
      artifacts: probeArtifacts('memory'),
      sharesPorts: true,
      reopen: () => broker.close().then(() => void (broker = createMemoryPaasBroker({ artifacts, state }))),
      leftovers: async () => [...running].slice(state.appServices.size).map(() => 'an application that runs'),
      close: () => broker.close(),
    };
  },
});
