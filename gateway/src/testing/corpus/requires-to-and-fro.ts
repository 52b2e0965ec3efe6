import type { CorpusCase } from './corpus-case.js';

interface Loan {
  readonly amount: number;
  readonly rate: number;
  readonly risk: number;
  readonly years: number;
  readonly fee: number;
}

const required = (given: Partial<Loan>, name: keyof Loan): number => {
  const value = given[name];
  if (value === undefined) throw new Error(`asked without ${name}`);
  return value;
};

/** Two subgraphs whose fields require one another's, one after the other. */
export const requiresToAndFro: CorpusCase = {
  title: '@requires to and fro between two subgraphs',
  subgraphs: {
    bank: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])
        type Query {
          loans: [Loan!]!
          owners: [Owner!]!
          deposit: Deposit
        }
        type Deposit @key(fields: "number") {
          number: ID!
          risk: Int @external
          years: Int @external
          rate: Int @requires(fields: "risk years")
        }
        type Owner {
          loan: Loan
        }
        type Loan @key(fields: "number") {
          number: ID!
          purpose: String
          risk: Int @external
          years: Int @external
          rate: Int @requires(fields: "risk years")
          fee: Int @external
          total(rounded: Boolean = false): Int @requires(fields: "fee")
        }
      `,
      resolvers: {
        Query: { loans: () => [{ number: 'n1', purpose: 'house' }, { number: 'n2', purpose: 'boat' }], owners: () => [{ loan: { number: 'n2' } }, { loan: null }], deposit: () => ({ number: 'd1' }) },
        Deposit: { __resolveReference: (deposit: object) => deposit, rate: (deposit: Partial<Loan>) => required(deposit, 'risk') * required(deposit, 'years') },
        Loan: {
          __resolveReference: (loan: object) => loan,
          rate: (loan: Partial<Loan>) => required(loan, 'risk') + required(loan, 'years'),
          total: (loan: Partial<Loan>, { rounded }: { rounded: boolean }) => (rounded ? 1000 : 1000 + required(loan, 'fee')),
        },
      },
    },
    insurer: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])
        type Deposit @key(fields: "number") {
          number: ID!
          risk: Int
          years: Int
          rate: Int @external
          fee: Int @requires(fields: "rate")
        }
        type Loan @key(fields: "number") {
          number: ID!
          risk: Int
          years: Int
          rate: Int @external
          fee: Int @requires(fields: "rate")
        }
      `,
      resolvers: {
        Deposit: { __resolveReference: (deposit: object) => ({ ...deposit, risk: 2, years: 5 }), fee: (deposit: Partial<Loan>) => required(deposit, 'rate') * 10 },
        Loan: {
          __resolveReference: (loan: { number: string }) => ({ ...loan, risk: loan.number === 'n1' ? 3 : 0, years: 1 }),
          fee: (loan: Partial<Loan>) => required(loan, 'rate') * 10,
        },
      },
    },
  },
  operations: [
    { title: 'once', query: '{ loans { rate } }', data: { loans: [{ rate: 4 }, { rate: 1 }] }, fetches: 3 },
    { title: 'twice', query: '{ loans { fee } }', data: { loans: [{ fee: 40 }, { fee: 10 }] }, fetches: 4 },
    { title: 'three times', query: '{ loans { total } }', data: { loans: [{ total: 1040 }, { total: 1010 }] }, fetches: 5 },
    { title: 'with all that is on the way', query: '{ loans { number purpose total fee rate risk } }', data: { loans: [{ number: 'n1', purpose: 'house', total: 1040, fee: 40, rate: 4, risk: 3 }, { number: 'n2', purpose: 'boat', total: 1010, fee: 10, rate: 1, risk: 0 }] }, fetches: 5 },
    { title: 'below other objects, some of them null', query: '{ owners { loan { total(rounded: false) rate } } }', data: { owners: [{ loan: { total: 1010, rate: 1 } }, { loan: null }] } },
    { title: 'from what is there already, one more step under a condition', query: 'query ($yes: Boolean!) { loans { risk rate fee @include(if: $yes) } }', variables: { yes: true }, data: { loans: [{ risk: 3, rate: 4, fee: 40 }, { risk: 0, rate: 1, fee: 10 }] } },
    { title: 'from a part of what is there, one more step under a condition', query: 'query ($yes: Boolean!) { deposit { risk rate fee @include(if: $yes) } }', variables: { yes: true }, data: { deposit: { risk: 2, rate: 10, fee: 100 } } },
    { title: 'with the step before under a condition', query: 'query ($no: Boolean!) { loans { risk rate @include(if: $no) fee } }', variables: { no: false }, data: { loans: [{ risk: 3, fee: 40 }, { risk: 0, fee: 10 }] } },
    { title: 'under conditions', query: 'query ($yes: Boolean!) { loans { risk total @include(if: $yes) fee @skip(if: $yes) } }', variables: { yes: true }, data: { loans: [{ risk: 3, total: 1040 }, { risk: 0, total: 1010 }] } },
  ],
};
