// Three libraries, one reviews service, one graph: node gateway/partition/examples/libraries/main.js [--serve]
import { startFabric } from './fabric.js';

const { gateway, libraries, stop } = await startFabric({ port: process.argv.includes('--serve') ? 4001 : 0 });

async function ask(query) {
  const response = await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
  console.log(`\n> ${query}\n${JSON.stringify(await response.json(), null, 2)}`);
}

await ask('{ stock { books lent } books(first: 4) { totalCount edges { node { title stars library { city } } } pageInfo { hasNextPage } } }');
await ask('mutation { lend(bookId: "oslo.book.1", reader: "Ada") { title lentTo stars } }');
await ask('{ topRated { title stars library { city } } }');

await libraries[1].stop();
console.log(`\n--- the library of ${libraries[1].id} is gone: its books are missing, and the answer says so`);
await ask('{ stock { books } books(first: 4) { totalCount edges { node { title library { city } } } } }');

if (process.argv.includes('--serve')) console.log(`\nserving at ${gateway.url}; Ctrl-C ends it`);
else await stop();
