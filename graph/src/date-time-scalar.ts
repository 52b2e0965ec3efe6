import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** `DateTime`: a `Date` inside, ISO 8601 in UTC with milliseconds outside. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A point in time: ISO 8601 in UTC with milliseconds, for example "2026-11-22T08:30:00.000Z".',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize(value) {
    const date =
      value instanceof Date ? value : typeof value === 'string' || typeof value === 'number' ? new Date(value) : undefined;
    if (date === undefined || Number.isNaN(date.getTime())) throw notADateTime();
    return date.toISOString();
  },
  parseValue: (value) => parseDateTime(value),
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : undefined),
});

// An offset is required: a time without one means another moment on every machine.
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

function parseDateTime(value: unknown): Date {
  const date = typeof value === 'string' && rfc3339.test(value) ? new Date(value) : undefined;
  if (date === undefined || Number.isNaN(date.getTime())) throw notADateTime();
  return date;
}

function notADateTime(): GraphQLError {
  return new GraphQLError('a DateTime is a text like "2026-11-22T08:30:00.000Z"', { extensions: { code: 'BAD_INPUT' } });
}
