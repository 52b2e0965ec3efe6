import { encodeCursor, type ConnectionCursor } from '@ocopea/partition/schema';
import { Field, Int, ObjectType, type ClassType } from 'type-graphql';
import type { ConnectionPage } from './connection-args.js';
import { PageInfo } from './page-info.js';

export interface Edge<TNode> {
  cursor: string;
  node: TNode;
}

export interface Connection<TNode> {
  edges: Edge<TNode>[];
  pageInfo: PageInfo;
  /** May be a getter, so that rows are counted only when a client asks. */
  readonly totalCount: number | Promise<number>;
}

/**
 * The Relay connection `<name>Connection` with `<name>Edge` for a type-graphql class. Call it once per node type: two classes
 * of one name cannot be in one schema.
 *
 * @example
 * const CopyConnection = createConnectionType(Copy, 'Copy');
 * class Copies { \@Query(() => CopyConnection) copies(\@Args() args: ConnectionArgs) {} }
 */
export function createConnectionType<TNode extends object>(
  nodeClass: ClassType<TNode>,
  name: string,
): ClassType<Connection<TNode>> {
  @ObjectType(`${name}Edge`, { description: `One row of a ${name}Connection and its place.` })
  class ConnectionEdge implements Edge<TNode> {
    @Field(() => String, { description: 'The place of the row in the order of the list; opaque.' })
    cursor!: string;

    @Field(() => nodeClass, { description: 'The row itself.' })
    node!: TNode;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name} rows.` })
  class NodeConnection implements Connection<TNode> {
    @Field(() => [ConnectionEdge], { description: 'The rows of the page, in order.' })
    edges!: ConnectionEdge[];

    @Field(() => PageInfo, { description: 'Where the page lies in the list.' })
    pageInfo!: PageInfo;

    @Field(() => Int, { description: 'Rows of the whole list, all pages together.' })
    readonly totalCount!: number | Promise<number>;
  }
  return NodeConnection;
}

export interface ToConnectionOptions<TNode> {
  readonly page: ConnectionPage;
  /**
   * Up to `page.limit + 1` rows in the direction of reading: for a `backward` page the row nearest to the end comes first.
   */
  readonly rows: readonly TNode[];
  /** The sort field of a row as JSON: times as ISO text, `null` for none. */
  readonly sortKeyOf: (row: TNode) => ConnectionCursor['sortKey'];
  readonly idOf: (row: TNode) => string;
  /** Called at most once per connection, and only when a client asks. */
  readonly count: () => number | Promise<number>;
}

/** The connection of one page that was read by its {@link ConnectionPage}. */
export function toConnection<TNode>({ page, rows, sortKeyOf, idOf, count }: ToConnectionOptions<TNode>): Connection<TNode> {
  const hasMore = rows.length > page.limit;
  const shown = rows.slice(0, page.limit);
  if (page.direction === 'backward') shown.reverse();
  const edges = shown.map((node) => ({
    cursor: encodeCursor({ order: page.order, sortKey: sortKeyOf(node), id: idOf(node) }),
    node,
  }));
  const isBackward = page.direction === 'backward';
  let total: number | Promise<number> | undefined;
  return {
    edges,
    pageInfo: {
      // On the side the page came from, the cursor itself says that there was a row.
      hasNextPage: isBackward ? page.before !== undefined : hasMore,
      hasPreviousPage: isBackward ? hasMore : page.after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    get totalCount() {
      return (total ??= count());
    },
  };
}
