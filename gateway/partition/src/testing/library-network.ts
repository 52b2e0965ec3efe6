import { ApolloGateway, LocalGraphQLDataSource } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { composePartition, type ComposedPartition } from '../compose-partition.js';
import type { HttpPartitionMember } from '../http-partition-member.js';
import { MemberCaller, type MemberCallerOptions } from '../member-caller.js';
import { MemoryPartitionDirectory } from '../memory-partition-directory.js';
import { PartitionDataSource } from '../partition-data-source.js';
import { SiteReport, type SiteReportEntry } from '../site-report.js';
import { Library } from './library.js';
import { LIBRARY_SDL, REVIEWS_SDL } from './library-schema.js';

export interface NetworkOptions {
  ids?: readonly string[];
  caller?: MemberCallerOptions;
  keysFirstFrom?: number;
  requestDeadlineMs?: number;
  sdlOf?: (id: string) => string;
}

export interface NetworkAnswer {
  // Tests read answers of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  data: any;
  errors: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  sites: SiteReportEntry[];
}

/** Several libraries behind @apollo/gateway, with reviews from an ordinary subgraph. */
export class LibraryNetwork {
  readonly directory = new MemoryPartitionDirectory();
  readonly members: HttpPartitionMember[] = [];
  #gateway!: ApolloGateway;

  private constructor(
    readonly libraries: readonly Library[],
    readonly composed: ComposedPartition,
  ) {}

  static async start(options: NetworkOptions = {}): Promise<LibraryNetwork> {
    const ids = options.ids ?? ['bergen', 'oslo', 'tromso'];
    const libraries = await Promise.all(ids.map((id) => new Library(id, options.sdlOf?.(id)).start()));
    const composed = composePartition({
      subgraphs: [{ name: 'reviews', sdl: REVIEWS_SDL }, { name: 'library', sdl: LIBRARY_SDL }],
      partitioned: 'library',
      members: libraries.map(({ id, sdl }) => ({ id, sdl, covers: 'whole' })),
    });
    const network = new LibraryNetwork(libraries, composed);
    for (const library of libraries) {
      const member = library.member();
      network.members.push(member);
      if (!composed.quarantined.some(({ id }) => id === library.id)) network.directory.put(member);
    }
    await network.#serve(options);
    return network;
  }

  library(id: string): Library {
    return this.libraries.find((library) => library.id === id)!;
  }

  async query(query: string, variables: Record<string, unknown> = {}, signal?: AbortSignal): Promise<NetworkAnswer> {
    const siteReport = new SiteReport();
    const document = parse(query);
    const requestContext = {
      request: { query, variables },
      document,
      queryHash: JSON.stringify([query]),
      context: { siteReport, signal },
      cache: undefined,
      metrics: {},
      schema: undefined,
      logger: console,
      overallCachePolicy: undefined,
    };
    const result = await this.#gateway.executor(requestContext as never);
    const errors = (result.errors ?? []).map((error) => JSON.parse(JSON.stringify(error)) as NetworkAnswer['errors'][number]);
    return { data: JSON.parse(JSON.stringify(result.data ?? null)), errors, sites: siteReport.entries() };
  }

  async stop(): Promise<void> {
    await this.#gateway.stop();
    for (const member of this.members) member.close();
    await Promise.all(this.libraries.map((library) => library.stop()));
  }

  async #serve({ caller, keysFirstFrom, requestDeadlineMs }: NetworkOptions): Promise<void> {
    const library = new PartitionDataSource({
      plan: this.composed.plan,
      directory: this.directory,
      // Tests run on busy machines; those about deadlines set their own.
      caller: new MemberCaller({ deadlineMs: 20_000, mutationDeadlineMs: 20_000, ...caller }),
      ...(keysFirstFrom === undefined ? {} : { keysFirstFrom }),
      ...(requestDeadlineMs === undefined ? {} : { requestDeadlineMs }),
    });
    const reviews = new LocalGraphQLDataSource(
      buildSubgraphSchema({
        typeDefs: parse(REVIEWS_SDL),
        resolvers: { Query: { reviewed: (_: unknown, { ids }: { ids: string[] }) => ids.map((id) => ({ id })) }, Book: { stars: ({ id }: { id: string }) => id.length } },
      }),
    );
    this.#gateway = new ApolloGateway({
      supergraphSdl: this.composed.supergraphSdl,
      buildService: ({ name }) => (name === 'library' ? library : reviews),
      logger: { debug() {}, info() {}, warn: console.warn, error: console.error },
    });
    await this.#gateway.load();
  }
}
