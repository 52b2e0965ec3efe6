import { buildFederatedSchema, type FederatedSchema, type ReferenceResolver } from '@ocopea/graph';
import { CopyAcrossSites, CopyLineageResolver } from './copy-lineage.js';
import { CopyMutations } from './copy-mutations.js';
import type { HubRequestContext } from './hub-request-context.js';
import { presentSiteOf } from './present-site.js';
import { SiteConnectionResolver } from './site-connection-resolver.js';
import { SiteResolver } from './site-resolver.js';

let built: FederatedSchema | undefined;

/** The ordinary subgraph `hub`: the registered Sites, and what is asked of all of them together. */
export function hubSchema(): FederatedSchema {
  const findSite: ReferenceResolver<HubRequestContext> = ({ id }, { hub }) => presentSiteOf(hub, id);
  built ??= buildFederatedSchema({
    resolvers: [SiteResolver, SiteConnectionResolver, CopyLineageResolver, CopyMutations],
    orphanedTypes: [CopyAcrossSites],
    referenceResolvers: { Site: findSite as ReferenceResolver<never> },
  });
  return built;
}
