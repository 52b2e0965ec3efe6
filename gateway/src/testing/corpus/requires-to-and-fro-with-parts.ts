import type { CorpusCase } from './corpus-case.js';

type Given = Readonly<Record<string, unknown>>;

function required(given: Given, name: string): unknown {
  if (given[name] === undefined) throw new Error(`asked without ${name}`);
  return given[name];
}

/** As `requiresToAndFro`, where what is required, and what is in the middle, is an enum, a scalar of its own or an object. */
export const requiresToAndFroWithParts: CorpusCase = {
  title: '@requires to and fro, of enums, scalars and objects',
  subgraphs: {
    bank: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@shareable"])
        type Query {
          loans: [Loan!]!
        }
        type Loan @key(fields: "number") {
          number: ID!
          grade: Grade @external
          class: Class @requires(fields: "grade")
          premium: Money @external
          total: Money @requires(fields: "premium")
          place: Place @external
          zone: Zone @requires(fields: "place { town street { name } }")
          surcharge: Int @external
          sum: Int @requires(fields: "surcharge")
        }
        enum Grade {
          GOOD
          BAD
        }
        enum Class {
          A
          B
        }
        scalar Money
        type Place @shareable {
          town: String
          street: Street
        }
        type Street @shareable {
          name: String
        }
        type Zone @shareable {
          code: String
          risk: Grade
        }
      `,
      resolvers: {
        Query: { loans: () => [{ number: 'n1' }, { number: 'n2' }] },
        Loan: {
          __resolveReference: (loan: object) => loan,
          class: (loan: Given) => (required(loan, 'grade') === 'GOOD' ? 'A' : 'B'),
          total: (loan: Given) => `1000+${String(required(loan, 'premium'))}`,
          zone: (loan: Given) => {
            const { town, street } = required(loan, 'place') as { town: string; street: { name: string } };
            return { code: `${town}/${street.name}`, risk: 'GOOD' };
          },
          sum: (loan: Given) => 1000 + Number(required(loan, 'surcharge')),
        },
      },
    },
    insurer: {
      sdl: /* GraphQL */ `
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@shareable"])
        type Loan @key(fields: "number") {
          number: ID!
          grade: Grade
          place: Place
          class: Class @external
          premium: Money @requires(fields: "class")
          zone: Zone @external
          surcharge: Int @requires(fields: "zone { code risk }")
        }
        enum Grade {
          GOOD
          BAD
        }
        enum Class {
          A
          B
        }
        scalar Money
        type Place @shareable {
          town: String
          street: Street
        }
        type Street @shareable {
          name: String
        }
        type Zone @shareable {
          code: String
          risk: Grade
        }
      `,
      resolvers: {
        Loan: {
          __resolveReference: (loan: { number: string }) => ({
            ...loan,
            grade: loan.number === 'n1' ? 'GOOD' : 'BAD',
            place: { town: loan.number === 'n1' ? 'Ulm' : 'Bonn', street: { name: 'High' } },
          }),
          premium: (loan: Given) => (required(loan, 'class') === 'A' ? '1.50' : '9.00'),
          surcharge: (loan: Given) => (required(loan, 'zone') as { code: string }).code.length,
        },
      },
    },
  },
  operations: [
    { title: 'once, of an enum', query: '{ loans { class } }', data: { loans: [{ class: 'A' }, { class: 'B' }] }, fetches: 3 },
    { title: 'twice, of an enum in the middle', query: '{ loans { premium } }', data: { loans: [{ premium: '1.50' }, { premium: '9.00' }] }, fetches: 4 },
    { title: 'three times, of a scalar', query: '{ loans { total } }', data: { loans: [{ total: '1000+1.50' }, { total: '1000+9.00' }] }, fetches: 5 },
    { title: 'once, of an object', query: '{ loans { zone { code } } }', data: { loans: [{ zone: { code: 'Ulm/High' } }, { zone: { code: 'Bonn/High' } }] } },
    { title: 'twice, of an object in the middle', query: '{ loans { surcharge } }', data: { loans: [{ surcharge: 8 }, { surcharge: 9 }] } },
    { title: 'three times, of an object in the middle', query: '{ loans { sum zone { risk code } place { town } } }', data: { loans: [{ sum: 1008, zone: { risk: 'GOOD', code: 'Ulm/High' }, place: { town: 'Ulm' } }, { sum: 1009, zone: { risk: 'GOOD', code: 'Bonn/High' }, place: { town: 'Bonn' } }] } },
    { title: 'all of it at once', query: '{ loans { number class premium total zone { code } surcharge sum grade } }', data: { loans: [{ number: 'n1', class: 'A', premium: '1.50', total: '1000+1.50', zone: { code: 'Ulm/High' }, surcharge: 8, sum: 1008, grade: 'GOOD' }, { number: 'n2', class: 'B', premium: '9.00', total: '1000+9.00', zone: { code: 'Bonn/High' }, surcharge: 9, sum: 1009, grade: 'BAD' }] } },
  ],
};
