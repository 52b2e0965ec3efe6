import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { OcopeaError } from '@ocopea/graph';
import { loadOrCreatePrivateFile } from './private-file.js';
import { Secret } from './secret.js';

export interface AdminToken {
  /** Where it is kept, for the message that tells people how to use it. */
  readonly path: string;
  readonly token: Secret;
}

/**
 * The administrator's token in `<home>/admin.token`; made at first use, of 32 random bytes.
 *
 * @throws INSECURE_FILE when others may read the file
 * @throws BAD_INPUT when the file holds something else
 */
export async function ensureAdminToken(home: string): Promise<AdminToken> {
  const path = join(home, 'admin.token');
  const text = (await loadOrCreatePrivateFile(path, () => `${newToken()}\n`)).trim();
  if (!shape.test(text)) {
    throw new OcopeaError(
      'BAD_INPUT',
      `${path} does not hold an administrator's token; remove it to get a new one at the next start`,
    );
  }
  return { path, token: new Secret(text) };
}

/** The prefix lets scanners of leaked secrets find it. */
const shape = /^ocopea_[A-Za-z0-9_-]{43}$/;

/** An opaque token of 32 random bytes. */
export function newToken(): string {
  return `ocopea_${randomBytes(32).toString('base64url')}`;
}
