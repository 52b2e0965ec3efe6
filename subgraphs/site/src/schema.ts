import { buildFederatedSchema, type FederatedSchema } from '@ocopea/graph';
import { createOperationsGraph } from '@ocopea/operations/graph';
import { AppInstanceResolver } from './resolvers/app-instance-resolver.js';
import { AppManifestResolver } from './resolvers/app-manifest-resolver.js';
import { AppMutations } from './resolvers/app-mutations.js';
import { BetweenSitesMutations } from './resolvers/between-sites-mutations.js';
import { BrokerMutations } from './resolvers/broker-mutations.js';
import { BrokerResolver, CopyRepositoryResolver } from './resolvers/broker-resolver.js';
import { CopyMutations } from './resolvers/copy-mutations.js';
import { CopyLineageResolver, CopyPartResolver, CopyResolver } from './resolvers/copy-resolver.js';
import { findNode, NodeResolver } from './resolvers/node-resolver.js';
import { causeOf } from './resolvers/cause-of.js';
import type { RequestContext } from './resolvers/request-context.js';
import { AppServiceResolver, DataServiceResolver } from './resolvers/services-resolver.js';
import { SiteResolver } from './resolvers/site-resolver.js';
import { AppLogsSubscription } from './resolvers/subscriptions/app-logs.js';
import { CopyProgressSubscription } from './resolvers/subscriptions/copy-progress.js';
import { HealthChangedSubscription } from './resolvers/subscriptions/health-changed.js';
import { AppInstance } from './resolvers/types/app-instance.js';
import { Broker, CopyRepository } from './resolvers/types/broker.js';
import { Copy } from './resolvers/types/copy.js';
import { AppService, DataService } from './resolvers/types/services.js';
import { Site } from './resolvers/types/site.js';

let built: FederatedSchema | undefined;

/** The Site's part of the graph. The same for all Sites of one version; what differs comes with the context of a request. */
export function siteSchema(): FederatedSchema {
  built ??= buildFederatedSchema({
    resolvers: [
      AppInstanceResolver,
      AppLogsSubscription,
      AppManifestResolver,
      AppMutations,
      AppServiceResolver,
      BetweenSitesMutations,
      BrokerMutations,
      BrokerResolver,
      CopyMutations,
      CopyLineageResolver,
      CopyPartResolver,
      CopyProgressSubscription,
      CopyRepositoryResolver,
      CopyResolver,
      DataServiceResolver,
      HealthChangedSubscription,
      NodeResolver,
      SiteResolver,
      ...operations.resolvers,
    ],
    orphanedTypes: entities,
    referenceResolvers: { ...Object.fromEntries(entities.map(({ name }) => [name, resolveReference])), ...operations.referenceResolvers },
    partition: true,
  });
  return built;
}

/** The SDL that composition and `schema/site.graphql` have. */
export function siteSdl(): string {
  return siteSchema().sdl;
}

const operations = createOperationsGraph<RequestContext>({
  siteType: Site,
  engineOf: ({ site }) => site.engine,
  siteOf: ({ description }) => description,
  causeOf: ({ principal }) => causeOf(principal),
});

const entities = [AppInstance, AppService, Broker, Copy, CopyRepository, DataService, Site];

function resolveReference({ id }: { readonly id: string }, context: RequestContext): Promise<object | null> {
  return findNode(context, id);
}
