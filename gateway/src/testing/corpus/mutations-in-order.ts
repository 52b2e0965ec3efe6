import type { CorpusCase } from './corpus-case.js';

/** State that both subgraphs see; each operation begins with a reset. */
const account = { balance: 0, log: [] as string[] };

export const mutationsInOrder: CorpusCase = {
  title: 'mutations over two subgraphs',
  subgraphs: {
    cash: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
        type Query {
          account: Account
        }
        type Mutation {
          reset: Account!
          deposit(amount: Int!): Account!
        }
        type Account @key(fields: "id") {
          id: ID!
          balance: Int!
        }
      `,
      resolvers: {
        Query: { account: () => ({ id: 'a' }) },
        Mutation: {
          reset: () => {
            account.balance = 0;
            account.log = [];
            return { id: 'a', balance: 0 };
          },
          deposit: (_: unknown, { amount }: { amount: number }) => {
            account.balance += amount;
            account.log.push(`+${amount}`);
            return { id: 'a', balance: account.balance };
          },
        },
        Account: { balance: ({ balance }: { balance?: number }) => balance ?? account.balance },
      },
    },
    interest: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])
        type Mutation {
          multiply(by: Int!): Account!
        }
        type Account @key(fields: "id") {
          id: ID!
          log: [String!]!
        }
      `,
      resolvers: {
        Mutation: {
          multiply: (_: unknown, { by }: { by: number }) => {
            account.balance *= by;
            account.log.push(`*${by}`);
            return { id: 'a' };
          },
        },
        Account: { __resolveReference: ({ id }: { id: string }) => ({ id }), log: () => [...account.log] },
      },
    },
  },
  operations: [
    {
      title: 'run one after the other, wherever they are',
      query: 'mutation { reset { id } a: deposit(amount: 5) { balance } multiply(by: 3) { id } b: deposit(amount: 1) { balance } }',
      data: { reset: { id: 'a' }, a: { balance: 5 }, multiply: { id: 'a' }, b: { balance: 16 } },
    },
    {
      title: 'have their results completed by the other subgraph',
      query: 'mutation { reset { id } deposit(amount: 2) { balance log } }',
      data: { reset: { id: 'a' }, deposit: { balance: 2, log: ['+2'] } },
    },
    {
      title: 'take variables',
      query: 'mutation ($n: Int!) { reset { id } deposit(amount: $n) { balance } multiply(by: $n) { id balance } }',
      variables: { n: 4 },
      data: { reset: { id: 'a' }, deposit: { balance: 4 }, multiply: { id: 'a', balance: 16 } },
    },
  ],
};
