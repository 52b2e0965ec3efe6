import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { composePartition, HttpPartitionMember, MemoryPartitionDirectory, PartitionDataSource, SiteReport } from '@ocopea/partition';
import { librarySdl, reviewsSdl } from './schema.js';

/** A stock Apollo gateway over several libraries and the reviews. The partition is one data source of `buildService`. */
export async function startGateway({ libraries, reviews, port = 0 }) {
  const members = await Promise.all(libraries.map(async ({ id, url }) => new HttpPartitionMember({ id, url, sdl: await sdlOf(url) })));
  const directory = new MemoryPartitionDirectory(members);
  const { supergraphSdl, plan, quarantined } = composePartition({
    subgraphs: [
      { name: 'reviews', sdl: reviewsSdl, url: reviews.url },
      { name: 'library', sdl: librarySdl },
    ],
    partitioned: 'library',
    members,
  });
  for (const { id, message } of quarantined) directory.putUnavailable({ id, code: 'SITE_INCOMPATIBLE', message });

  const library = new PartitionDataSource({ plan, directory });
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name, url }) => (name === 'library' ? library : new RemoteGraphQLDataSource({ url })),
  });
  const server = new ApolloServer({ gateway, plugins: [tellSites] });
  const { url } = await startStandaloneServer(server, {
    listen: { port, host: '127.0.0.1' },
    context: async () => ({ siteReport: new SiteReport() }),
  });
  return {
    url,
    directory,
    stop: async () => {
      await server.stop();
      for (const member of members) member.close();
    },
  };
}

/** Which libraries answered, and which did not and why, beside each answer. */
const tellSites = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue }) => {
      if (response.body.kind === 'single') response.body.singleResult.extensions = { sites: contextValue.siteReport.entries() };
    },
  }),
};

async function sdlOf(url) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ _service { sdl } }"}' });
  const { data } = await response.json();
  return data._service.sdl;
}
