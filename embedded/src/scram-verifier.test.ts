import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { expect, it } from 'vitest';
import { scramVerifier } from './scram-verifier.js';

it('makes what a client with the password can prove, and never the same twice', async () => {
  const verifier = await scramVerifier('secret');
  const [, iterations, salt, storedKey] = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):.+$/.exec(verifier)!;
  const salted = pbkdf2Sync('secret', Buffer.from(salt!, 'base64'), Number(iterations), 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  expect(createHash('sha256').update(clientKey).digest('base64')).toBe(storedKey);
  expect(await scramVerifier('secret')).not.toBe(verifier);
});
