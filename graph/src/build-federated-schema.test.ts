import { graphql, parse } from 'graphql';
import { Arg, Args, Directive, Field, ID, Int, ObjectType, Query, Resolver, Subscription } from 'type-graphql';
import { describe, expect, it } from 'vitest';
import {
  buildFederatedSchema,
  ConnectionArgs,
  connectionPage,
  createConnectionType,
  missingDescriptions,
  newId,
  Node,
  requireId,
  toConnection,
} from './index.js';

@ObjectType({ implements: Node, description: 'A ship.' })
@Directive('@key(fields: "id")')
class Copy extends Node {
  @Field(() => Int, { description: 'Its length.' })
  metres!: number;

  @Field(() => Date, { description: 'Its first day at sea.' })
  launchedAt!: Date;
}

@ObjectType({ description: 'A thing nobody returns.' })
@Directive('@key(fields: "id")')
class Harbour {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

const CopyConnection = createConnectionType(Copy, 'Copy');
const copies = Array.from({ length: 5 }, (_, index) =>
  Object.assign(new Copy(), { id: newId('oslo', 'copy'), metres: 10 + index, launchedAt: new Date(0) }),
);
let counted = 0;

@Resolver()
class CopyResolver {
  @Query(() => CopyConnection, { nullable: true, description: 'Ships by length.' })
  @Directive('@everySite(merge: CONNECTION)')
  copies(@Args() args: ConnectionArgs) {
    const page = connectionPage(args, 'metres:ASC');
    const rows = copies
      .filter((copy) => page.after === undefined || copy.metres > Number(page.after.sortKey))
      .filter((copy) => page.before === undefined || copy.metres < Number(page.before.sortKey));
    if (page.direction === 'backward') rows.reverse();
    return toConnection({
      page,
      rows: rows.slice(0, page.limit + 1),
      sortKeyOf: (copy) => copy.metres,
      idOf: (copy) => copy.id,
      count: () => {
        counted += 1;
        return copies.length;
      },
    });
  }

  @Query(() => Node, { nullable: true, description: 'Anything.' })
  @Directive('@oneSite(by: "id")')
  node(@Arg('id', () => ID, { description: 'Its id.' }) id: string) {
    return { id, metres: 3 };
  }

  @Subscription(() => Int, { subscribe: () => count(), description: 'Numbers.' })
  @Directive('@everySite(merge: STREAM)')
  numbers(): number {
    return 1;
  }
}

async function* count() {
  yield 1;
}

const options = {
  resolvers: [CopyResolver] as const,
  orphanedTypes: [Harbour],
  partition: true,
  referenceResolvers: {
    Copy: ({ id }: { id: string }) => copies.find((copy) => copy.id === requireId(id, 'copy').text) ?? null,
  },
};
const { schema, sdl } = buildFederatedSchema({ ...options, resolvers: [CopyResolver] });

const run = (source: string, variableValues: Record<string, unknown> = {}) => graphql({ schema, source, variableValues });

describe('buildFederatedSchema', () => {
  it('prints the federation link with what is used, the partition directives and the definitions, parseable and the same each time', () => {
    expect(() => parse(sdl)).not.toThrow();
    expect(sdl).toContain('import: ["@key", "@shareable", "@composeDirective"]');
    expect(sdl).toContain('@composeDirective(name: "@everySite")');
    expect(sdl).toContain('@everySite(merge: CONNECTION)');
    expect(sdl).toContain('type Harbour @key(fields: "id")');
    expect(sdl).toContain('scalar DateTime');
    expect(buildFederatedSchema({ ...options, resolvers: [CopyResolver] }).sdl).toBe(sdl);
  });

  it('resolves references side by side, a bad one at its own index only', async () => {
    const result = await run('query($r: [_Any!]!) { _entities(representations: $r) { ... on Copy { metres } } }', {
      r: [
        { __typename: 'Copy', id: copies[2]!.id },
        { __typename: 'Copy', id: 'nonsense' },
        { __typename: 'Copy', id: copies[0]!.id },
      ],
    });
    expect(result.data?.['_entities']).toEqual([{ metres: 12 }, null, { metres: 10 }]);
    expect(result.errors?.map((error) => error.path)).toEqual([['_entities', 1]]);
  });

  it('answers `node` with the type that the id names', async () => {
    const result = await run('query($id: ID!) { node(id: $id) { __typename ... on Copy { metres } } }', { id: copies[0]!.id });
    expect(result).toEqual({ data: { node: { __typename: 'Copy', metres: 3 } } });
  });

  it('finds that everything here has a description', () => {
    expect(missingDescriptions(schema)).toEqual([]);
  });
});

describe('a connection', () => {
  it('pages forward and backward without a gap or a repeat', async () => {
    const page = (args: string) =>
      run(`{ copies(${args}) { edges { node { metres } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`);
    const metres = (result: Awaited<ReturnType<typeof page>>) =>
      (result.data as { copies: { edges: { node: { metres: number } }[] } }).copies.edges.map((edge) => edge.node.metres);
    const info = (result: Awaited<ReturnType<typeof page>>) =>
      (result.data as { copies: { pageInfo: Record<string, unknown> } }).copies.pageInfo;

    const first = await page('first: 2');
    expect(metres(first)).toEqual([10, 11]);
    expect(info(first)).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const rest = await page(`first: 9, after: "${String(info(first)['endCursor'])}"`);
    expect(metres(rest)).toEqual([12, 13, 14]);
    expect(info(rest)).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const last = await page('last: 2');
    expect(metres(last)).toEqual([13, 14]);
    expect(info(last)).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(metres(await page(`last: 2, before: "${String(info(last)['startCursor'])}"`))).toEqual([11, 12]);
    expect(metres(await page('first: 0'))).toEqual([]);
  });

  it('counts only when asked', async () => {
    counted = 0;
    await run('{ copies(first: 1) { edges { cursor } } }');
    expect(counted).toBe(0);
    expect(await run('{ copies(first: 1) { totalCount } }')).toEqual({ data: { copies: { totalCount: 5 } } });
    expect(counted).toBe(1);
  });

  it.each([
    ['first: -1', 'BAD_INPUT', 'first: -1 is not between 0 and 500'],
    ['first: 501', 'BAD_INPUT', 'first: 501 is not between 0 and 500'],
    ['last: 501', 'BAD_INPUT', 'last: 501 is not between 0 and 500'],
    ['first: 1, last: 1', 'BAD_INPUT', 'last: cannot be given together with first'],
    ['after: "x"', 'CURSOR_INVALID', 'after: this is not a cursor of this list ordered by metres:ASC'],
    [
      `before: "${Buffer.from('[1,"name:ASC","a","b"]').toString('base64url')}"`,
      'CURSOR_INVALID',
      'before: this is not a cursor',
    ],
  ])('refuses (%s) with %s', async (args, code, message) => {
    const result = await run(`{ copies(${args}) { totalCount } }`);
    expect(result.errors?.[0]?.originalError).toMatchObject({ code, message: expect.stringContaining(message) as string });
  });
});
