import { InvalidArgumentError, Option } from 'commander';
import { OcopeaRequestError, type Answer } from '@ocopea/sdk';
import type { CommandContext } from './command-context.js';

interface Connection<Node> {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
  readonly edges: readonly { readonly node: Node }[];
}

const pageSize = 100;

/** `--limit`, a whole number of rows. */
export function limitOption(byDefault: number): Option {
  return new Option('--limit <rows>', 'at most so many rows').default(byDefault).argParser((text) => {
    const rows = Number(text);
    if (!Number.isInteger(rows) || rows < 1) throw new InvalidArgumentError('it is a whole number from 1.');
    return rows;
  });
}

/**
 * Follows a connection to its end or to `limit` rows, and says on standard error which Sites did not answer.
 *
 * @throws OcopeaRequestError when nobody did
 */
export async function listAll<Node>(context: CommandContext, limit: number, page: (first: number, after: string | undefined) => Promise<Answer<Connection<Node> | null | undefined>>): Promise<Node[]> {
  const nodes: Node[] = [];
  const told = new Set<string>();
  for (let after: string | undefined, more = true; more && nodes.length < limit; ) {
    const { data, errors } = await page(Math.min(pageSize, limit - nodes.length), after);
    const [first] = errors;
    if (isMissing(data) && first !== undefined) throw new OcopeaRequestError(first.code, first.message);
    for (const { message } of errors) {
      if (!told.has(message)) context.note(`warning: ${message}`);
      told.add(message);
    }
    nodes.push(...(data?.edges ?? []).map((edge) => edge.node));
    after = data?.pageInfo.endCursor ?? undefined;
    more = data?.pageInfo.hasNextPage === true && after !== undefined;
  }
  return nodes;
}

function isMissing<Value>(value: Value | null | undefined): value is null | undefined {
  return value === null || value === undefined;
}
