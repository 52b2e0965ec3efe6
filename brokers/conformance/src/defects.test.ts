import { BrokerError, type ByteStream, type CopyRepositoryBroker, type DataServiceBroker, type PaasBroker } from '@ocopea/broker-contract';
import { createMemoryCopyRepositoryBroker } from '@ocopea/copy-repository-memory';
import { connect, createMemoryDataServiceBroker } from '@ocopea/data-service-memory';
import { createMemoryPaasBroker } from '@ocopea/paas-memory';
import { describe, expect, it } from 'vitest';
import {
  type CaseContext,
  type ConformanceSuite,
  copyRepositorySuite,
  dataServiceSuite,
  paasSuite,
  probeArtifactList,
  probeArtifacts,
  probeCommands,
  runCase,
  startProbe,
} from './cases.js';

/** A broker with some methods replaced; the replacements get the good broker. */
type Defect<Broker> = (good: Broker) => Partial<Broker>;

describe('the data service suite finds a broker that', () => {
  it.each<[string, string, Defect<DataServiceBroker>]>([
    ['makes a new data service when create is repeated', 'create repeated with the same request', (good) => ({ create: (request, options) => good.delete(request.dataServiceId).then(() => good.create(request, options)) })],
    ['forgets to delete', 'delete removes a bound data service', () => ({ delete: async () => undefined })],
    ['gives all dependents the same credentials', 'every dependent has credentials of its own', (good) => ({ bind: (request) => good.bind({ ...request, bindingId: 'all' }) })],
    ['does not take credentials back', 'unbind makes the credentials worthless', () => ({ unbind: async () => undefined })],
    ['restores nothing', 'a restored data service has the content at the copy', (good) => ({ create: ({ dataServiceId, planId }) => good.create({ dataServiceId, planId }) })],
    ['lets statements run on', 'statements are ended at their deadline', (good) => ({ runStatements: (request) => good.runStatements({ ...request, deadlineMs: 60_000 }) })],
    ['takes refused statements for done', 'statements that are refused are an answer', (good) => ({ runStatements: async (request) => ({ ...(await good.runStatements(request)), end: 'succeeded' }) })],
    ['lists one page', 'list gives every data service once', (good) => ({ list: async (page) => ({ items: (await good.list(page)).items }) })],
    ['throws any error', 'get, bind and health of an unknown', () => ({ get: () => Promise.reject(new Error('no row')) })],
    ['cannot be cancelled', 'a cancelled copy rejects with CANCELLED', (good) => ({ copy: (request) => good.copy(request) })],
  ])('%s', async (_, title, defect) => {
    const good = createMemoryDataServiceBroker();
    const broker = replace(good, defect(good));
    const harness = {
      broker,
      planId: 'pairs',
      write: async (binding: Parameters<typeof connect>[0], records: number) => {
        for (let record = 0; record < records; record++) await connect(binding).put(`${Math.random()}`, 'x'.repeat(300));
      },
      digest: (binding: Parameters<typeof connect>[0]) => connect(binding).digest(),
      statements: { add: 'put hook ran', say: (text: string) => `say ${text}`, wrong: 'upsert', endless: 'wait 1000000' },
      leftovers: async () => [],
      close: () => good.close(),
    };
    await expectFound(dataServiceSuite, title, { ...harness, broker: good }, harness);
  });
});

describe('the copy repository suite finds a broker that', () => {
  it.each<[string, string, Defect<CopyRepositoryBroker>]>([
    ['loses the last byte', 'what was written is read back', (good) => ({ writePart: (key, metadata, stream) => good.writePart(key, metadata, withoutLastByte(stream)) })],
    ['publishes what it has when the stream throws', 'when the stream throws', (good) => ({ writePart: (key, metadata, stream) => good.writePart(key, metadata, untilError(stream)) })],
    ['reads a range from the wrong place', 'a range gives exactly its bytes', (good) => ({ readPart: (key, range) => good.readPart(key, range && { ...range, offset: Math.max(0, range.offset - 1) }) })],
    ['keeps the space of deleted parts', 'stats count parts and bytes', () => ({ deletePart: async () => undefined })],
    ['writes as fast as it can', 'writing is as slow as its limit', (good) => ({ setBandwidth: (repositoryId, { readBytesPerSecond }) => good.setBandwidth!(repositoryId, readBytesPerSecond === undefined ? {} : { readBytesPerSecond }) })],
    ['does not count what is sent', 'chunk calls do not wait, and are counted', (good) => ({ chunks: replace(good.chunks!, { reserve: async () => ({ delayMs: 0, isLimited: true }) }) })],
    ['overwrites a part', 'an id that is taken is ALREADY_EXISTS', (good) => ({ writePart: async (key, metadata, stream) => (await good.deletePart(key), good.writePart(key, metadata, stream)) })],
    ['says that everything is intact', 'after stored bytes were damaged (flip)', (good) => ({ verifyPart: async (key) => ({ intact: true, bytesRead: (await good.getPart(key)).logicalBytes, problems: [] }) })],
  ])('%s', async (_, title, defect) => {
    const good = createMemoryCopyRepositoryBroker();
    const broken = defect(good);
    // Damage is simulated at the door: the memory repository hides its bytes.
    const damaged: CopyRepositoryBroker = replace(good, {
      readPart: async function* (key, range) {
        yield* good.readPart(key, range);
        if (isDamaged.has(key.partId)) throw new BrokerError('CORRUPT_DATA', 'damaged');
      },
      verifyPart: async (key) => (isDamaged.has(key.partId) ? { intact: false, bytesRead: 0, problems: ['damaged'] } : good.verifyPart(key)),
    });
    const isDamaged = new Set<string>();
    const harness = { properties: () => ({}), damage: async ({ partId }: { partId: string }) => void isDamaged.add(partId), leftovers: async () => [], close: () => good.close() };
    await expectFound(copyRepositorySuite, title, { ...harness, broker: damaged }, { ...harness, broker: replace(damaged, broken) });
  });
});

describe('the PaaS suite finds a broker that', () => {
  it.each<[string, string, Defect<PaasBroker>]>([
    ['starts anew what runs already', 'deploy repeated with the same spec changes nothing', (good) => ({ deploy: (request) => good.stop(request).catch(() => undefined).then(() => good.deploy(request)) })],
    ['ignores another spec', 'deploy with another spec replaces', (good) => ({ deploy: (request) => good.get(request).catch(() => good.deploy(request)) })],
    ['tells secrets', 'configuration is what runs', (good) => ({ configuration: async (key) => ({ ...(await good.configuration(key)), environmentNames: ['very-secret-value'] }) })],
    ['does not stop', 'stop ends it', () => ({ stop: async () => undefined })],
    ['repeats the line of the cursor', 'without follow it ends at the last line', (good) => ({ logs: ({ space, appServiceId, follow = false }) => good.logs({ space, appServiceId, follow }) })],
    ['lets a command run on', 'a command is ended at its deadline', (good) => ({ runCommand: (request) => good.runCommand({ ...request, deadlineMs: 60_000 }) })],
    ['takes failing for success', 'a command that fails is an answer', (good) => ({ runCommand: async (request) => ({ ...(await good.runCommand(request)), end: 'succeeded' }) })],
    ['tells secrets in output', 'the output of a command is bounded', (good) => ({ runCommand: async (request) => ({ ...(await good.runCommand(request)), output: 'very-secret-value\n1999 ***' }) })],
    ['runs without what it does not support', 'a capability that the broker does not declare', (good) => ({ deploy: ({ spec, ...key }) => good.deploy({ ...key, spec: { ...spec, replicas: 1 } }) })],
  ])('%s', async (_, title, defect) => {
    const artifacts = probeArtifactList.map(({ mode, ...artifact }) => ({ ...artifact, commands: probeCommands, start: (host: Omit<Parameters<typeof startProbe>[0], 'mode'>) => startProbe({ mode, ...host }) }));
    const good = createMemoryPaasBroker({ artifacts });
    const harness = { space: 'default', artifacts: probeArtifacts('memory'), sharesPorts: true, leftovers: async () => [], close: () => good.close() };
    await expectFound(paasSuite, title, { ...harness, broker: good }, { ...harness, broker: replace(good, defect(good)) });
    await good.close();
  });
});

/** The case passes on the good broker, or its failing would prove nothing, and fails on the broken one. */
async function expectFound<Harness, Context extends CaseContext>(suite: ConformanceSuite<Harness, Context>, title: string, good: Harness, broken: Harness): Promise<void> {
  const one = suite.cases.find(({ name }) => name.startsWith(title));
  if (one === undefined) throw new Error(`no case begins with "${title}"`);
  expect(await runCase(suite, one, good)).toBeUndefined();
  await expect(runCase(suite, one, broken)).rejects.toBeInstanceOf(Error);
}

function replace<Broker extends object>(good: Broker, methods: Partial<Broker>): Broker {
  return new Proxy(good, {
    get: (target, name) => {
      const value: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(name in methods ? methods : target) : value;
    },
  });
}

async function* withoutLastByte(stream: ByteStream): ByteStream {
  let held: Uint8Array = new Uint8Array();
  for await (const piece of stream) {
    yield held;
    held = Uint8Array.from(piece);
  }
  yield held.subarray(0, -1);
}

async function* untilError(stream: ByteStream): ByteStream {
  try {
    yield* stream;
  } catch {
    // The defect under test.
  }
}
