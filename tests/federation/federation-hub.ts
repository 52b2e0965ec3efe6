import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger } from '@ocopea/edge';
import { schemaExecutor, startGateway, type Gateway } from '@ocopea/gateway';
import { createHubSubgraph, type HubSubgraph } from '@ocopea/hub';
import { Authenticator, Secret, SecretBox, SigningKey } from '@ocopea/security';

export interface FederationHubOptions {
  readonly databaseUrl: string;
  /** Folder for the Hub's keys; made when it is missing. */
  readonly home: string;
  readonly adminToken: string;
}

/** The Hub's own subgraph and the gateway, in the process of the test. */
export class FederationHub {
  private constructor(
    private readonly subgraph: HubSubgraph,
    private readonly gateway: Gateway,
  ) {}

  static async start({ databaseUrl, home, adminToken }: FederationHubOptions): Promise<FederationHub> {
    await mkdir(home, { recursive: true });
    const log = createLogger({ name: 'hub', level: 'error' });
    const subgraph = await createHubSubgraph({
      databaseUrl,
      signingKey: await SigningKey.loadOrCreate(join(home, 'signing.key')),
      secretBox: await SecretBox.loadOrCreate(join(home, 'secrets.key')),
      limits: { probeEveryMs: 500, probeAwayMs: 500 },
      log,
    });
    const authenticator = new Authenticator({ adminToken: new Secret(adminToken) });
    const { member } = subgraph;
    const gateway = await startGateway({
      port: 0,
      ordinary: [{ name: subgraph.name, sdl: subgraph.sdl, ...schemaExecutor(subgraph) }],
      partitioned: {
        name: 'site',
        baseSdl: await readFile(new URL('../../schema/site.graphql', import.meta.url), 'utf8'),
        registry: subgraph.registry,
        localMembers: [{ id: member.id, covers: member.covers, sdl: member.sdl, ...schemaExecutor(member) }],
      },
      hubToken: subgraph.hubToken,
      authenticate: (authorization) => authenticator.authenticate(authorization),
      ready: () => ({ ready: true, missing: [] }),
      log,
    });
    return new FederationHub(subgraph, gateway);
  }

  get url(): string {
    return this.gateway.url;
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.subgraph.close();
  }
}
