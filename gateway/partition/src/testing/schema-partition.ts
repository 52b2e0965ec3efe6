import { ApolloGateway } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, parse, validate } from 'graphql';
import { composePartition } from '../compose-partition.js';
import { MemberCaller } from '../member-caller.js';
import { MemoryPartitionDirectory } from '../memory-partition-directory.js';
import { withPartitionDirectives } from '../partition-directives.js';
import { PartitionDataSource } from '../partition-data-source.js';
import type { MemberRequest, MemberResult, PartitionMember } from '../partition-member.js';
import { SiteReport } from '../site-report.js';
import type { NetworkAnswer } from './library-network.js';

type Resolvers = NonNullable<Parameters<typeof buildSubgraphSchema>[0] extends infer Module ? (Module extends { resolvers?: infer R } ? R : never) : never>;

export interface SchemaPartitionOptions {
  /** Without the partition's definitions and the federation link. */
  sdl: string;
  ids: readonly string[];
  resolversOf: (id: string) => Resolvers;
  keysFirstFrom?: number;
}

/** Members in this process behind @apollo/gateway, for a schema that a test makes up. */
export class SchemaPartition {
  /** What each member was asked, in order. */
  readonly requests: { member: string; request: MemberRequest }[] = [];
  readonly directory = new MemoryPartitionDirectory();
  #gateway!: ApolloGateway;
  #source!: PartitionDataSource;

  static async start({ sdl, ids, resolversOf, keysFirstFrom }: SchemaPartitionOptions): Promise<SchemaPartition> {
    const partition = new SchemaPartition();
    const whole = withPartitionDirectives(
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@composeDirective"]) ${sdl}`,
    );
    for (const id of ids) partition.directory.put(partition.#member(id, whole, resolversOf(id)));
    const { supergraphSdl, plan } = composePartition({ subgraphs: [{ name: 'all', sdl: whole }], partitioned: 'all', members: partition.directory.members() });
    const source = new PartitionDataSource({ plan, directory: partition.directory, caller: new MemberCaller({ deadlineMs: 20_000 }), ...(keysFirstFrom === undefined ? {} : { keysFirstFrom }) });
    partition.#source = source;
    partition.#gateway = new ApolloGateway({ supergraphSdl, buildService: () => source, logger: { debug() {}, info() {}, warn: console.warn, error: console.error } });
    await partition.#gateway.load();
    return partition;
  }

  async query(query: string, variables: Record<string, unknown> = {}): Promise<NetworkAnswer> {
    const siteReport = new SiteReport();
    const request = { request: { query, variables }, document: parse(query), queryHash: query, context: { siteReport }, metrics: {}, logger: console };
    const result = await this.#gateway.executor(request as never);
    return JSON.parse(JSON.stringify({ data: result.data ?? null, errors: result.errors ?? [], sites: siteReport.entries() })) as NetworkAnswer;
  }

  /** One fetch of a query plan, as another subgraph's entities cause it. */
  async fetch(query: string, variables: Record<string, unknown>): Promise<Pick<NetworkAnswer, 'data' | 'errors'>> {
    const { data, errors = [] } = await this.#source.process({ request: { query, variables } } as never);
    return JSON.parse(JSON.stringify({ data, errors })) as NetworkAnswer;
  }

  stop(): Promise<void> {
    return this.#gateway.stop();
  }

  #member(id: string, sdl: string, resolvers: Resolvers): PartitionMember {
    const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers });
    return {
      id,
      sdl,
      covers: 'whole',
      execute: async (request) => {
        this.requests.push({ member: id, request });
        const document = parse(request.query);
        const errors = validate(schema, document);
        const result = errors.length > 0 ? { errors } : await execute({ schema, document, variableValues: request.variables ?? {} });
        return JSON.parse(JSON.stringify(result)) as MemberResult;
      },
      subscribe: () => {
        throw new Error('not to be asked');
      },
    };
  }
}
