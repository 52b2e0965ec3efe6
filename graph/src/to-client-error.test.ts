import { buildSchema, graphql, GraphQLError, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { notFound, OcopeaError, toClientError, type ErrorCode } from './index.js';

const named = (name: string, properties: object, message = 'what happened to which thing') =>
  Object.assign(new Error(message), { name, ...properties });

describe('toClientError', () => {
  it('takes stacks and what shows the inside of a process out of an error that has a code', () => {
    const error = new GraphQLError('torn\n    at query (/srv/app/client.js:5:17)', {
      extensions: { code: 'TORN', url: 'http://10.9.8.7', debug: 'x', details: { part: 3, inner: [{ stacktrace: ['at /srv/app'] }] } },
    });
    const { message, extensions } = toClientError(error);
    expect({ message, extensions }).toEqual({ message: 'torn', extensions: { code: 'TORN', details: { part: 3, inner: [{}] } } });
  });

  it.each<[string, unknown, string, string]>([
    ['an OcopeaError', notFound('copy', 'x'), 'NOT_FOUND', 'there is no copy "x"; it may have been deleted; check the id'],
    [
      'a BrokerError',
      named('BrokerError', { code: 'CAPACITY_EXCEEDED' }, 'the disk is full'),
      'CAPACITY_EXCEEDED',
      'the disk is full',
    ],
    [
      'a PartitionError',
      named('PartitionError', { code: 'SITE_TIMEOUT', member: 'oslo' }, 'site "oslo" is slow'),
      'SITE_TIMEOUT',
      'site "oslo" is slow',
    ],
    [
      'one wrapped by GraphQL twice',
      new GraphQLError('outer', { originalError: new GraphQLError('inner', { originalError: notFound('copy', 'x') }) }),
      'NOT_FOUND',
      'there is no copy "x"; it may have been deleted; check the id',
    ],
    [
      'a GraphQL error with a code',
      new GraphQLError('kept', { extensions: { code: 'SITE_UNAVAILABLE' } }),
      'SITE_UNAVAILABLE',
      'kept',
    ],
    [
      "a server's code around a GraphQL error",
      new GraphQLError('kept', { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' }, originalError: new GraphQLError('kept') }),
      'OPERATION_RESOLUTION_FAILURE',
      'kept',
    ],
    [
      'what Apollo calls BAD_USER_INPUT',
      new GraphQLError('kept', { extensions: { code: 'BAD_USER_INPUT' } }),
      'BAD_INPUT',
      'kept',
    ],
    [
      "class-validator's findings",
      new GraphQLError('Argument Validation Error', {
        extensions: {
          code: 'BAD_USER_INPUT',
          validationErrors: [{ target: { password: 'hunter2' }, constraints: { isInt: 'n must be an integer' } }],
        },
      }),
      'BAD_INPUT',
      'n must be an integer',
    ],
  ])('keeps code and message of %s', (_, thrown, code, message) => {
    const error = toClientError(thrown);
    expect([error.extensions['code'], error.message]).toEqual([code, message]);
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  it('names the site of a PartitionError and the details of an OcopeaError', () => {
    expect(toClientError(named('PartitionError', { code: 'SITE_TIMEOUT', member: 'oslo' })).extensions).toMatchObject({
      site: 'oslo',
    });
    expect(toClientError(new OcopeaError('PORT_IN_USE', 'x', { details: { port: 1 } })).extensions).toEqual({
      code: 'PORT_IN_USE',
      port: 1,
    });
  });

  it('gives what GraphQL finds wrong the code of its phase', async () => {
    const schema = buildSchema('type Query { a(n: Int!): Int }');
    const syntax = await graphql({ schema, source: '{' });
    const variable = await graphql({ schema, source: 'query($n: Int!) { a(n: $n) }' });
    const [validation] = validate(schema, parse('{ b }'));
    const codes = [syntax.errors?.[0], validation, variable.errors?.[0]].map((error) => toClientError(error).extensions['code']);
    expect(codes).toEqual(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_INPUT']);
  });

  it('says what is wrong with a variable, and not what was in it', async () => {
    const schema = buildSchema('input I { url: String!, secret: String, nested: I } type Query { a(i: I!): Int }');
    const messages = async (i: object) => (await graphql({ schema, source: 'query($i: I!) { a(i: $i) }', variableValues: { i } })).errors?.map((error) => toClientError(error).message);
    expect(await messages({ url: 'u', secret: 'hunter2; at "x"', bogus: 1 })).toEqual(['Variable "$i" does not fit: Field "bogus" is not defined by type "I".']);
    expect(await messages({ url: 'u', nested: { secret: 'hunter2' } })).toEqual(['Variable "$i.nested" does not fit: Field "url" of required type "String!" was not provided.']);
  });

  it.each<[string, unknown]>([
    ['an Error', new Error('hunter2')],
    ['an Error in a GraphQL error', new GraphQLError('hunter2', { originalError: new Error('hunter2'), path: ['a'] })],
    ['a value that does not fit its type', new GraphQLError('Enum "E" cannot represent value: "hunter2"', { path: ['a'] })],
    [
      "a server's word for a defect",
      new GraphQLError('http://10.0.0.1 hunter2', { extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } }),
    ],
    ['a text', 'hunter2'],
    ['nothing', undefined],
    ['an error whose name lies and whose code is none', named('OcopeaError', { code: 7 }, 'hunter2')],
    [
      'a thing that throws when touched',
      new Proxy(new Error('x'), {
        get: () => {
          throw new Error('hunter2');
        },
      }),
    ],
    ['errors in a circle', circle()],
  ])('says of %s no more than where to look', (_, thrown) => {
    const logged: unknown[] = [];
    const error = toClientError(thrown, { onUnexpected: (...entry) => logged.push(entry) });
    expect(error.message).toMatch(/^something went wrong here; see the log for [0-9a-f-]{36}$/);
    expect(error.extensions['code']).toBe('INTERNAL' satisfies ErrorCode);
    expect(JSON.stringify(error)).not.toMatch(/hunter2|stack/);
    expect(logged).toHaveLength(1);
  });

  it('survives a log that throws and details that are no JSON', () => {
    expect(
      toClientError(new Error('x'), {
        onUnexpected: () => {
          throw new Error('log full');
        },
      }).extensions['code'],
    ).toBe('INTERNAL');
    expect(toClientError(new OcopeaError('CONFLICT', 'x', { details: { n: 1n } })).extensions).toEqual({ code: 'CONFLICT' });
  });

  it('keeps path and locations', () => {
    const thrown = new GraphQLError('x', {
      path: ['a', 1],
      originalError: notFound('copy', 'x'),
      source: undefined,
      positions: undefined,
    });
    expect(toClientError(thrown).path).toEqual(['a', 1]);
  });
});

function circle(): GraphQLError {
  const error = new GraphQLError('hunter2', { originalError: new GraphQLError('x') });
  Object.defineProperty(error, 'originalError', { value: error });
  Object.defineProperty(error, 'path', { value: ['a'] });
  return error;
}
