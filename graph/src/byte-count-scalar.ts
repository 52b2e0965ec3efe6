import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** `ByteCount`: a `bigint` inside (numbers and decimal strings are taken as well), a JSON number or string outside. */
export const ByteCountScalar = new GraphQLScalarType<bigint, number | string>({
  name: 'ByteCount',
  description: 'A number of bytes, 64-bit and not negative: a JSON number up to 2^53-1, a string of decimal digits beyond.',
  serialize(value) {
    const bytes = toByteCount(value);
    return bytes <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bytes) : bytes.toString();
  },
  parseValue: (value) => toByteCount(value),
  parseLiteral: (node) => toByteCount(node.kind === Kind.INT || node.kind === Kind.STRING ? node.value : undefined),
});

/** The greatest value of PostgreSQL's bigint, which is where these numbers live. */
const greatest = 2n ** 63n - 1n;

function toByteCount(value: unknown): bigint {
  const bytes = parsed(value);
  if (bytes === undefined || bytes < 0n || bytes > greatest) {
    throw new GraphQLError('a ByteCount is a whole number from 0 to 9223372036854775807', { extensions: { code: 'BAD_INPUT' } });
  }
  return bytes;
}

function parsed(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' && /^\d{1,19}$/.test(value) ? BigInt(value) : undefined;
}
