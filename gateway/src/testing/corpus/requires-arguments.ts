import type { CorpusCase } from './corpus-case.js';

const parcels: Record<string, { sku: string; weight: number; grams: number; priceUsd: number }> = {
  s1: { sku: 's1', weight: 1, grams: 1000, priceUsd: 11 },
  s2: { sku: 's2', weight: 2, grams: 2000, priceUsd: 22 },
};
const rates: Record<string, number> = { USD: 1, EUR: 2 };

/** Fields that need another subgraph's field with arguments: each its own arguments, and the client's own beside them. */
export const requiresArguments: CorpusCase = {
  title: '@requires of fields with arguments',
  subgraphs: {
    shop: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
        type Query {
          parcels: [Parcel!]!
        }
        type Parcel @key(fields: "sku") {
          sku: ID!
          weight(unit: Unit = KG): Int
          price(currency: String!): Int
          shelf: Shelf
        }
        type Shelf {
          averagePrice(currency: String!): Int
        }
        enum Unit {
          KG
          G
        }
      `,
      resolvers: {
        Query: { parcels: () => Object.values(parcels) },
        Parcel: {
          __resolveReference: ({ sku }: { sku: string }) => parcels[sku] ?? null,
          weight: ({ weight, grams }: { weight: number; grams: number }, { unit }: { unit: string }) => (unit === 'G' ? grams : weight),
          price: ({ priceUsd }: { priceUsd: number }, { currency }: { currency: string }) => priceUsd * rates[currency]!,
          shelf: ({ priceUsd }: { priceUsd: number }) => ({ priceUsd }),
        },
        Shelf: { averagePrice: ({ priceUsd }: { priceUsd: number }, { currency }: { currency: string }) => priceUsd * 10 * rates[currency]! },
      },
    },
    shipping: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])
        type Parcel @key(fields: "sku") {
          sku: ID!
          weight(unit: Unit = KG): Int @external
          price(currency: String!): Int @external
          estimate: Int @requires(fields: "price(currency: \\"USD\\") weight")
          estimateEur: Int @requires(fields: "price(currency: \\"EUR\\") weight")
          estimateByGram: Int @requires(fields: "price(currency: \\"USD\\") weight(unit: G)")
          shelf: Shelf @external
          isDear: Boolean @requires(fields: "shelf { averagePrice(currency: \\"USD\\") }")
          isDearInEuro: Boolean @requires(fields: "shelf { averagePrice(currency: \\"EUR\\") }")
        }
        type Shelf @external {
          averagePrice(currency: String!): Int
        }
        enum Unit {
          KG
          G
        }
      `,
      resolvers: {
        Parcel: {
          __resolveReference: (parcel: object) => parcel,
          estimate: ({ price, weight }: { price: number; weight: number }) => price * weight,
          estimateEur: ({ price, weight }: { price: number; weight: number }) => price * weight,
          estimateByGram: ({ price, weight }: { price: number; weight: number }) => price * weight,
          isDear: ({ shelf }: { shelf: { averagePrice: number } }) => shelf.averagePrice > 200,
          isDearInEuro: ({ shelf }: { shelf: { averagePrice: number } }) => shelf.averagePrice > 200,
        },
      },
    },
  },
  operations: [
    { title: 'takes the arguments of the requirement', query: '{ parcels { sku estimate } }', data: { parcels: [{ sku: 's1', estimate: 11 }, { sku: 's2', estimate: 44 }] } },
    {
      title: 'gives each field what it requires, when two require the same field with other arguments',
      query: '{ parcels { sku estimate estimateEur } }',
      data: { parcels: [{ sku: 's1', estimate: 11, estimateEur: 22 }, { sku: 's2', estimate: 44, estimateEur: 88 }] },
    },
    {
      title: 'does not mix what the client asks for with what is required',
      query: '{ parcels { price(currency: "EUR") weight(unit: G) estimate } }',
      data: { parcels: [{ price: 22, weight: 1000, estimate: 11 }, { price: 44, weight: 2000, estimate: 44 }] },
    },
    {
      title: 'does not take an alias of the client for what is required',
      query: '{ parcels { price: weight estimate weight: price(currency: "EUR") } }',
      data: { parcels: [{ price: 1, estimate: 11, weight: 22 }, { price: 2, estimate: 44, weight: 44 }] },
    },
    {
      title: 'keeps apart three requirements of two fields',
      query: '{ parcels { estimate estimateEur estimateByGram } }',
      data: {
        parcels: [
          { estimate: 11, estimateEur: 22, estimateByGram: 11000 },
          { estimate: 44, estimateEur: 88, estimateByGram: 44000 },
        ],
      },
    },
    {
      title: 'keeps apart requirements deep in another object',
      query: '{ parcels { isDear isDearInEuro shelf { averagePrice(currency: "USD") } } }',
      data: {
        parcels: [
          { isDear: false, isDearInEuro: true, shelf: { averagePrice: 110 } },
          { isDear: true, isDearInEuro: true, shelf: { averagePrice: 220 } },
        ],
      },
    },
    {
      title: 'asks with the variable of the client beside the constant of the requirement',
      query: 'query ($c: String = "EUR") { parcels { price(currency: $c) estimate } }',
      data: { parcels: [{ price: 22, estimate: 11 }, { price: 44, estimate: 44 }] },
    },
  ],
};
