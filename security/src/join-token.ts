import { randomUUID } from 'node:crypto';
import { readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { unauthenticated } from '@ocopea/graph';
import { newToken } from './admin-token.js';
import { isErrno, loadOrCreatePrivateFile, readPrivateFile } from './private-file.js';
import { Secret } from './secret.js';

/** The one-time token with which a Site lets a Hub join, in `<home>/join.token` until it is used. */
export class JoinToken {
  readonly path: string;

  constructor(home: string) {
    this.path = join(home, 'join.token');
  }

  /** The token that waits to be used; a new one when there is none. */
  async ensure(): Promise<Secret> {
    return new Secret((await loadOrCreatePrivateFile(this.path, () => `${newToken()}\n`)).trim());
  }

  /**
   * Uses the token up. Of several callers with the right token, one succeeds; a wrong one leaves it as it is.
   *
   * @throws UNAUTHENTICATED when the token is wrong or used
   */
  async consume(presented: string): Promise<void> {
    const waiting = await readPrivateFile(this.path);
    if (waiting === undefined || !new Secret(waiting.trim()).matches(presented)) throw refused();
    // Renaming decides between callers: the second one finds nothing to rename.
    const claimed = `${this.path}.${randomUUID()}`;
    await rename(this.path, claimed).catch((error: unknown) => {
      throw isErrno(error, 'ENOENT') ? refused() : error;
    });
    const content = await readFile(claimed, 'utf8');
    await unlink(claimed);
    // A newer token may have taken the place of the one compared above.
    if (!new Secret(content.trim()).matches(presented)) throw refused();
  }
}

function refused() {
  return unauthenticated('the join token is wrong or used already; ask the Site for a new one');
}
