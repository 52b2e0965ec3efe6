import { ArgsType, Field, Int } from 'type-graphql';
import { decodeCursor, type ConnectionCursor } from '@ocopea/partition/schema';
import { badInput, cursorInvalid } from './errors/input-errors.js';

/** Rows of a page when neither `first` nor `last` is given. */
export const defaultPageSize = 50;
/** The most rows of one page. */
export const greatestPageSize = 500;

/** The arguments of every list that pages. Resolvers turn them into a {@link ConnectionPage}, which checks them. */
@ArgsType()
export class ConnectionArgs {
  @Field(() => Int, {
    nullable: true,
    description: `The first so many rows, from 0 to ${greatestPageSize}; ${defaultPageSize} when neither first nor last is given.`,
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only rows after this cursor.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `The last so many rows, from 0 to ${greatestPageSize}. Not together with first.`,
  })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Only rows before this cursor.' })
  before?: string | null;
}

/** What a store needs to read one page. */
export interface ConnectionPage {
  /** As in cursors: `<field>:ASC` or `<field>:DESC`. */
  readonly order: string;
  /** `forward`: the rows nearest to the start of the range; `backward`: those nearest to its end. */
  readonly direction: 'forward' | 'backward';
  /** Rows wanted. Read one more to know whether there are further ones. */
  readonly limit: number;
  /** Rows strictly after this place in the order. */
  readonly after?: ConnectionCursor;
  /** Rows strictly before this place in the order. */
  readonly before?: ConnectionCursor;
}

/**
 * Checks the arguments of a list that is in this order.
 *
 * @throws BAD_INPUT for `first` with `last`, or one out of its limits
 * @throws CURSOR_INVALID for a cursor that is none, or of another order
 */
export function connectionPage(args: Partial<ConnectionArgs>, order: string): ConnectionPage {
  if (isGiven(args.first) && isGiven(args.last))
    throw badInput('last', 'cannot be given together with first; choose one of them');
  const direction = isGiven(args.last) ? 'backward' : 'forward';
  const limit = pageSize(direction === 'backward' ? 'last' : 'first', args.last ?? args.first ?? defaultPageSize);
  return {
    order,
    direction,
    limit,
    ...(isGiven(args.after) && { after: place('after', args.after, order) }),
    ...(isGiven(args.before) && { before: place('before', args.before, order) }),
  };
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function pageSize(argument: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= greatestPageSize) return value;
  throw badInput(argument, `${value} is not between 0 and ${greatestPageSize}; ask for further pages with a cursor`);
}

function place(argument: string, text: string, order: string): ConnectionCursor {
  const cursor = decodeCursor(text);
  if (cursor === undefined || cursor.order !== order) throw cursorInvalid(argument, order);
  return cursor;
}
