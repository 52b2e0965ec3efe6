import { describe, expect, it } from 'vitest';
import { readTransferReceipt, SigningKey, signTransferReceipt, signTransferStatement, verifyTransferReceipt, verifyTransferStatement, type TransferStatement } from './index.js';

const source = SigningKey.generate();
const target = SigningKey.generate();
const keys = { sourceKey: source.publicJwk, targetKey: target.publicJwk };
const said: TransferStatement = {
  sourceSiteId: 'oslo',
  sourceCopyId: 'oslo.copy.1',
  sourcePartId: 'oslo.copy-part.1',
  sourceRepositoryId: 'oslo.repository.1',
  targetSiteId: 'rome',
  targetCopyId: 'rome.copy.1',
  targetPartId: 'rome.copy-part.1',
  targetRepositoryId: 'rome.repository.1',
  format: 'tree/1',
  hash: `sha256:${'0'.repeat(64)}`,
  logicalBytes: 1000,
  chunks: 3,
  bytesSent: 10,
  startedAt: '2026-01-01T00:00:00.000Z',
  sentAt: '2026-01-01T00:00:01.000Z',
};
const added = { grantId: 'g', storedBytes: 5, receivedAt: '2026-01-01T00:00:02.000Z' };
const receiptOf = async (statement = said, issuer = 'rome') => signTransferReceipt(target, issuer, { ...added, statement: await signTransferStatement(source, statement) });

describe('the receipt of a transfer', () => {
  it('says what both ends signed to whoever has their public keys', async () => {
    const receipt = await receiptOf();
    expect(await verifyTransferReceipt(receipt, keys)).toEqual({ ...said, ...added });
    expect(readTransferReceipt(receipt)).toEqual({ ...said, ...added });
  });

  it('is refused when any one byte of it is another, the last one included', async () => {
    const receipt = await receiptOf();
    const accepted: number[] = [];
    for (let at = 0; at < receipt.length; at += 1) {
      const changed = Buffer.from(receipt, 'latin1');
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      await verifyTransferReceipt(changed.toString('latin1'), keys).then(() => accepted.push(at), () => undefined);
    }
    expect(accepted).toEqual([]);
    // The last digit of a signature holds bits that decoders drop.
    const lastDigits = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter((digit) => digit !== receipt.at(-1));
    for (const digit of lastDigits) await expect(verifyTransferReceipt(receipt.slice(0, -1) + digit, keys)).rejects.toMatchObject({ code: expect.stringMatching(/CORRUPT_DATA|UNAUTHENTICATED/) as string });
    await expect(verifyTransferReceipt(`${receipt}=`, keys)).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
  });

  it.each<[string, () => Promise<string>, string]>([
    ['only by the sender', () => signTransferStatement(source, said), 'TOKEN_WRONG_PURPOSE'],
    ['by another receiver', async () => signTransferReceipt(source, 'rome', { ...added, statement: await signTransferStatement(source, said) }), 'UNAUTHENTICATED'],
    ['by another sender', async () => signTransferReceipt(target, 'rome', { ...added, statement: await signTransferStatement(target, said) }), 'UNAUTHENTICATED'],
    ['by a receiver that the sender did not name', () => receiptOf(said, 'bergen'), 'CORRUPT_DATA'],
    ['around another receipt', async () => signTransferReceipt(target, 'rome', { ...added, statement: await receiptOf() }), 'TOKEN_WRONG_PURPOSE'],
    ['around nothing', () => signTransferReceipt(target, 'rome', { ...added, statement: '' }), 'CORRUPT_DATA'],
  ])('is refused when it is signed %s', async (_, make, code) => {
    await expect(verifyTransferReceipt(await make(), keys)).rejects.toMatchObject({ code });
  });

  it('cannot have a half that names another Site than the one whose key signed it', async () => {
    const half = await signTransferStatement(source, said);
    expect(await verifyTransferStatement(half, keys)).toEqual(said);
    await expect(verifyTransferStatement(half, { sourceKey: target.publicJwk })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
