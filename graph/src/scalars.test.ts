import { parseValue } from 'graphql';
import { describe, expect, it } from 'vitest';
import { ByteCountScalar, DateTimeScalar } from './index.js';

describe('ByteCount', () => {
  it.each([
    [0, 0],
    [5n, 5],
    ['7', 7],
    [Number.MAX_SAFE_INTEGER, 9007199254740991],
    [2n ** 53n, '9007199254740992'],
    ['9223372036854775807', '9223372036854775807'],
  ])('writes %s as %j', (value, written) => {
    expect(ByteCountScalar.serialize(value)).toBe(written);
  });

  it.each([-1, 1.5, 2 ** 60, NaN, -1n, 2n ** 63n, '', '-1', '1e3', '9223372036854775808', null, {}, true])(
    'takes no %s',
    (value) => {
      expect(() => ByteCountScalar.serialize(value)).toThrow('a ByteCount is a whole number from 0 to');
      expect(() => ByteCountScalar.parseValue(value)).toThrow(expect.objectContaining({ extensions: { code: 'BAD_INPUT' } }));
    },
  );

  it('reads numbers and texts as one type', () => {
    expect([
      ByteCountScalar.parseValue(5),
      ByteCountScalar.parseLiteral(parseValue('5')),
      ByteCountScalar.parseLiteral(parseValue('"5"')),
    ]).toEqual([5n, 5n, 5n]);
    expect(() => ByteCountScalar.parseLiteral(parseValue('1.5'))).toThrow('a ByteCount is a whole number');
  });
});

describe('DateTime', () => {
  it.each([
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    ['2026-11-22T10:00:00+02:00', '2026-11-22T08:00:00.000Z'],
    [1_000, '1970-01-01T00:00:01.000Z'],
  ])('writes %s in UTC with milliseconds', (value, written) => {
    expect(DateTimeScalar.serialize(value)).toBe(written);
  });

  it('reads any offset', () => {
    expect(DateTimeScalar.parseValue('2026-11-22T10:00:00.5+02:00')).toEqual(new Date('2026-11-22T08:00:00.500Z'));
    expect(DateTimeScalar.parseLiteral(parseValue('"2026-11-22T08:00:00Z"'))).toEqual(new Date('2026-11-22T08:00:00Z'));
  });

  it.each(['2026-11-22', '2026-11-22T10:00:00', 'yesterday', '2026-13-45T10:00:00Z', 7, null])('takes no %j', (value) => {
    expect(() => DateTimeScalar.parseValue(value)).toThrow(expect.objectContaining({ extensions: { code: 'BAD_INPUT' } }));
  });
});
