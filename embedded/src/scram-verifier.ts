import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const iterations = 4096;

/**
 * What PostgreSQL keeps instead of a password, for `CREATE ROLE … PASSWORD '…'`. Sent in place of the password, so that
 * the password itself is in no statement, no log and no memory of the server.
 *
 * @param password printable ASCII only: other characters would need SASLprep
 * @see RFC 5802 section 3; PostgreSQL's `scram_build_secret`
 */
export async function scramVerifier(password: string): Promise<string> {
  const salt = randomBytes(16);
  const salted = await promisify(pbkdf2)(password, salt, iterations, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${hmac('Server Key').toString('base64')}`;
}
