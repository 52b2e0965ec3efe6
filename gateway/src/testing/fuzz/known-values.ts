import { parse, visit } from 'graphql';
import type { CorpusCase } from '../corpus/corpus-case.js';
import type { KnownValues } from './random-operation.js';

/** The leaf values in a case's answers, variables and documents: its ids, codes and figures. */
export function knownValues({ operations }: CorpusCase): KnownValues {
  const strings = new Set<string>();
  const numbers = new Set<number>();
  const note = (value: unknown): void => {
    if (typeof value === 'string') strings.add(value);
    else if (typeof value === 'number') numbers.add(value);
    else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) note(each);
  };
  for (const { data, variables, query } of operations) {
    note([data, variables]);
    try {
      visit(parse(query), { StringValue: ({ value }) => note(value), IntValue: ({ value }) => note(Number(value)) });
    } catch {
      // A case may be about a document that is none.
    }
  }
  return { strings: [...strings], numbers: [...numbers] };
}
