import { EventEmitter, on, once } from 'node:events';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { notFound } from '@ocopea/graph';
import type { PartitionMember } from '@ocopea/partition';
import { parse } from 'graphql';
import type { GatewayContext } from '../gateway-context.js';
import type { OrdinarySubgraph } from '../ordinary-subgraph.js';
import { schemaExecutor } from '../schema-executor.js';
import type { RegisteredSite, SiteObservation, SiteRegistry, SiteRegistryChange } from '../site-registry.js';
import { testSiteSdl } from './test-site-schema.js';

const hubSdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@shareable", "@override"])

  type Query {
    sites(sites: [ID!]): [Site!]! @override(from: "site")
    whoAmI: String!
  }
  type Mutation {
    pinCopy(copyId: ID!): Copy!
  }
  type Subscription {
    siteConnectionChanged: SiteConnectionChange!
  }
  type Site @key(fields: "id") {
    id: ID!
    name: String! @shareable
    state: String
  }
  type Copy @key(fields: "id") {
    id: ID!
    pinned: Boolean!
  }
  type SiteConnectionChange {
    cursor: String!
    site: Site!
    to: String!
  }
`;

/** The registry of a Hub, in memory. */
export class TestRegistry implements SiteRegistry {
  readonly observations: { siteId: string; observation: SiteObservation }[] = [];
  readonly rememberedSdls = new Map<string, string>();
  readonly #sites = new Map<string, RegisteredSite>();
  readonly #changes = new EventEmitter();

  sites(): readonly RegisteredSite[] {
    return [...this.#sites.values()];
  }

  onChange(listener: (change: SiteRegistryChange) => void): () => void {
    this.#changes.on('change', listener);
    return () => this.#changes.off('change', listener);
  }

  rememberSdl(siteId: string, sdl: string): Promise<void> {
    this.rememberedSdls.set(siteId, sdl);
    this.#changes.emit('remembered', siteId);
    return Promise.resolve();
  }

  observe(siteId: string, observation: SiteObservation): void {
    this.observations.push({ siteId, observation });
    this.#changes.emit('observed');
  }

  register(site: RegisteredSite): void {
    this.#sites.set(site.id, site);
    this.#changes.emit('change', { kind: 'registered', siteId: site.id });
  }

  remove(siteId: string): void {
    this.#sites.delete(siteId);
    this.#changes.emit('change', { kind: 'removed', siteId });
  }

  announce(kind: 'connected' | 'disconnected', siteId: string): void {
    this.#changes.emit('change', { kind, siteId });
  }

  /** Resolves once the gateway has observed this, now or earlier. */
  async observed(siteId: string, kind: SiteObservation['kind']): Promise<SiteObservation> {
    for (;;) {
      const found = this.observations.find((each) => each.siteId === siteId && each.observation.kind === kind);
      if (found) return found.observation;
      await new Promise((resolve) => this.#changes.once('observed', resolve));
    }
  }
}

/** The Hub's own subgraph in small, with entities that it shares with the Sites. */
export class TestHub {
  readonly registry = new TestRegistry();
  readonly #connections = new EventEmitter();

  readonly subgraph: OrdinarySubgraph = {
    name: 'hub',
    sdl: hubSdl,
    ...schemaExecutor({
      schema: buildSubgraphSchema({ typeDefs: parse(hubSdl), resolvers: this.#resolvers() }),
      contextValue: ({ context, signal }) => ({ ...(context as GatewayContext), signal }),
    }),
  };

  /** The Hub as a member of the partition: it has operations, and nothing else. */
  readonly member: PartitionMember = this.#member();

  /** Resolves when the next subscriber listens for `connectionChanged`. */
  async connectionsFollowed(): Promise<void> {
    await once(this.#connections, 'followed');
  }

  connectionChanged(siteId: string, to: string): void {
    this.#connections.emit('change', { cursor: `${siteId}:${to}`, site: { id: siteId, name: siteId.toUpperCase() }, to });
  }

  /** Fails the streams of all who listen. */
  connectionsFailed(error: Error): void {
    this.#connections.emit('error', error);
  }

  #resolvers() {
    const site = (id: string) => ({ __typename: 'Site', id, name: id.toUpperCase(), state: this.registry.sites().some((each) => each.id === id) ? 'CONNECTED' : null });
    const connections = this.#connections;
    return {
      Query: {
        sites: (_: unknown, { sites }: { sites?: string[] }) => this.registry.sites().filter(({ id }) => !sites || sites.includes(id)).map(({ id }) => site(id)),
        whoAmI: (_: unknown, __: unknown, context: unknown) => (context as GatewayContext).principal.name,
      },
      Mutation: { pinCopy: (_: unknown, { copyId }: { copyId: string }) => ({ __typename: 'Copy', id: copyId, pinned: true }) },
      Subscription: {
        siteConnectionChanged: {
          async *subscribe(_: unknown, __: unknown, context: unknown) {
            const { signal } = context as GatewayContext;
            const changes = on(connections, 'change', { signal });
            connections.emit('followed');
            for await (const [change] of changes) yield { siteConnectionChanged: change as object };
          },
        },
      },
      Site: { __resolveReference: ({ id }: { id: string }) => site(id) },
      Copy: { __resolveReference: ({ id }: { id: string }) => ({ __typename: 'Copy', id, pinned: id.endsWith('0001') }) },
    };
  }

  #member(): PartitionMember {
    const sdl = testSiteSdl.replace(/type Query \{[^}]*\}/, 'type Query { operation(id: ID!): Operation @oneSite(by: "id") }').replace(/type (Mutation|Subscription) \{[^}]*\}/g, '');
    const operation = (id: string) => ({ __typename: 'Operation', id, kind: 'sendCopy' });
    const schema = buildSubgraphSchema({
      typeDefs: parse(sdl),
      resolvers: {
        Query: {
          operation: (_: unknown, { id }: { id: string }) => {
            if (id === 'hub.operation.none') throw notFound('operation', id);
            return operation(id);
          },
        },
        Operation: { __resolveReference: ({ id }: { id: string }) => operation(id) },
      },
    });
    return { id: 'hub', sdl, covers: 'part', ...schemaExecutor({ schema, contextValue: () => ({}) }) };
  }
}
