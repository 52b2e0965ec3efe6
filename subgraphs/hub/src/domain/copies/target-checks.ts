import { checkedInstanceName, nameTaken, notFound, ownerOf } from '@ocopea/graph';
import type { Principal } from '@ocopea/security';
import type { HubContext } from '../hub-context.js';

// What a Site would refuse when a copy has travelled there is asked before it travels. The Site decides all the same when it
// comes to it: things may change on the way.

const namedDocument = /* GraphQL */ `
  query NamedApps($name: String!) {
    appInstances(first: 1, filter: { name: $name }) {
      edges { node { id phase dataServices { id } appServices { id } } }
    }
  }
`;
const repositoriesDocument = 'query Repositories { copyRepositories { id } }';

interface NamedApp {
  readonly id: string;
  readonly phase: string;
  readonly dataServices: readonly unknown[];
  readonly appServices: readonly unknown[];
}

/** @throws BAD_INPUT, NAME_TAKEN; SITE_UNAVAILABLE, SITE_TIMEOUT */
export async function requireNameFree(hub: HubContext, siteId: string, name: string, caller: Principal): Promise<void> {
  const { appInstances } = await hub.sites.ask<{ appInstances: { edges: readonly { node: NamedApp }[] } }>({
    siteId,
    caller,
    document: namedDocument,
    variables: { name: checkedInstanceName(name) },
  });
  const holder = appInstances.edges[0]?.node;
  if (holder !== undefined && !givesWay(holder)) throw nameTaken('app instance', name, holder.id);
}

/** @throws NOT_FOUND; SITE_UNAVAILABLE, SITE_TIMEOUT */
export async function requireRepository(hub: HubContext, repositoryId: string, caller: Principal): Promise<void> {
  const siteId = ownerOf(repositoryId);
  const { copyRepositories } = await hub.sites.ask<{ copyRepositories: readonly { id: string }[] }>({ siteId, caller, document: repositoriesDocument, variables: {} });
  if (!copyRepositories.some(({ id }) => id === repositoryId)) throw notFound('copy repository', repositoryId, 'the query "copyRepositories" lists those there are');
}

/** One that failed and left nothing but its name gives it to the next. */
function givesWay({ phase, dataServices, appServices }: NamedApp): boolean {
  return phase === 'FAILED' && dataServices.length === 0 && appServices.length === 0;
}
