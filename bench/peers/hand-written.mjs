// What a person would write for this one join: no schema, no plan, nothing that is general.
import { Agent, createServer, request } from 'node:http';

const [productsUrl, stockUrl, port] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

function ask(url, body) {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const outgoing = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } }, (incoming) => {
      const chunks = [];
      incoming.on('data', (chunk) => chunks.push(chunk));
      incoming.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

const productsQuery = 'query($from:Int!){products(first:20,from:$from){__typename id name price description maker{name country}}}';
const stockQuery = 'query($representations:[_Any!]!){_entities(representations:$representations){...on Product{inStock warehouse arrivals{at count}}}}';

async function join(query, variables) {
  const name = /(\w+): name/.exec(query)?.[1] ?? 'name';
  const { data } = await ask(productsUrl, { query: productsQuery, variables });
  const representations = data.products.map(({ id }) => ({ __typename: 'Product', id }));
  const { data: entities } = await ask(stockUrl, { query: stockQuery, variables: { representations } });
  return data.products.map(({ id, name: itsName, price, description, maker }, row) => {
    const { inStock, warehouse, arrivals } = entities._entities[row];
    return { id, [name]: itsName, price, description, maker, inStock, warehouse, arrivals };
  });
}

createServer((incoming, outgoing) => {
  const chunks = [];
  incoming.on('data', (chunk) => chunks.push(chunk));
  incoming.on('end', async () => {
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString());
    const data = query.includes('__typename') ? { __typename: 'Query' } : { products: await join(query, variables) };
    const text = JSON.stringify({ data });
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
  });
}).listen(Number(port), '127.0.0.1');
