import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LibraryNetwork } from './testing/library-network.js';

const LEND = 'mutation($input: LendInput!) { lend(input: $input) { loans book { id stars } } }';

describe('a mutation over three libraries', () => {
  let network: LibraryNetwork;
  beforeEach(async () => {
    network = await LibraryNetwork.start({ caller: { mutationDeadlineMs: 3_000 } });
    for (const library of network.libraries) library.addBook(1);
  });
  afterEach(() => network.stop());

  it('runs at its owner alone', async () => {
    const { data, errors } = await network.query(LEND, { input: { bookId: 'oslo.book.00001', reader: 'Ada' } });
    expect(errors).toEqual([]);
    expect(data.lend).toEqual({ loans: 1, book: { id: 'oslo.book.00001', stars: 15 } });
    expect(network.libraries.map(({ loans }) => loans.length)).toEqual([0, 1, 0]);
  });

  it('keeps the order of several, across owners', async () => {
    const { data, errors } = await network.query(`mutation {
      a: lend(input: { bookId: "oslo.book.00001", reader: "1" }) { loans }
      b: lend(input: { bookId: "oslo.book.00001", reader: "2" }) { loans }
      c: lend(input: { bookId: "bergen.book.00001", reader: "3" }) { loans }
      d: lend(input: { bookId: "oslo.book.00001", reader: "4" }) { loans }
    }`);
    expect(errors).toEqual([]);
    expect(data).toEqual({ a: { loans: 1 }, b: { loans: 2 }, c: { loans: 1 }, d: { loans: 3 } });
    expect(network.library('oslo').loans.map(({ reader }) => reader)).toEqual(['1', '2', '4']);
  });

  it('is refused when its owner is unknown or no member', async () => {
    for (const bookId of ['atlantis.book.1', '', '.x']) {
      const { data, errors } = await network.query(LEND, { input: { bookId, reader: 'Ada' } });
      expect(data.lend).toBeNull();
      expect(errors).toMatchObject([{ path: ['lend'], extensions: { code: 'UNKNOWN_SITE' } }]);
    }
    expect(network.libraries.flatMap(({ requests }) => requests)).toEqual([]);
  });

  it('passes on what the owner says, without its stack', async () => {
    const { errors } = await network.query(LEND, { input: { bookId: 'oslo.book.404', reader: 'Ada' } });
    expect(errors).toMatchObject([{ message: 'there is no book "oslo.book.404"', path: ['lend'], extensions: { code: 'NOT_FOUND', site: 'oslo' } }]);
    expect(JSON.stringify(errors)).not.toContain('secret');
  });

  it('is not sent again when the connection is lost, unless it carries an idempotency key', async () => {
    const oslo = network.library('oslo');
    oslo.fault = (_, response) => Boolean(response.destroy());
    const plain = await network.query(LEND, { input: { bookId: 'oslo.book.00001', reader: 'Ada' } });
    expect(plain.errors).toMatchObject([{ extensions: { code: 'SITE_UNAVAILABLE', site: 'oslo' } }]);
    expect(oslo.requests).toHaveLength(1);
    let isFirst = true;
    oslo.fault = (_, response) => {
      if (!isFirst) return false;
      isFirst = false;
      return Boolean(response.destroy());
    };
    const keyed = await network.query(LEND, { input: { bookId: 'oslo.book.00001', reader: 'Ada', idempotencyKey: 'k1' } });
    expect(keyed.errors).toEqual([]);
    expect(keyed.data.lend.loans).toBe(1);
  });

  it('never goes on a kept connection that may be dead', async () => {
    await network.query('{ stock { books } }');
    network.library('oslo').dropConnections();
    const { errors } = await network.query(LEND, { input: { bookId: 'oslo.book.00001', reader: 'Ada' } });
    expect(errors).toEqual([]);
  });

  it('ends at its deadline', async () => {
    network.library('oslo').fault = () => true;
    const { errors } = await network.query(LEND, { input: { bookId: 'oslo.book.00001', reader: 'Ada', idempotencyKey: 'k1' } });
    expect(errors).toMatchObject([{ message: 'site "oslo" did not answer within 3000 ms', extensions: { code: 'SITE_TIMEOUT' } }]);
    expect(network.library('oslo').requests).toHaveLength(1);
  });
});
