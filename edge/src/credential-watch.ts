import { toClientError } from '@ocopea/graph';
import type { Principal } from '@ocopea/security';
import type { GraphQLError } from 'graphql';

export interface CredentialWatchOptions {
  readonly authenticate: (authorization: string | undefined) => Promise<Principal>;
  readonly checkEveryMs: number;
  /** Called once, with the error, when the credential is no longer good. */
  readonly onRefused: (error: GraphQLError) => void;
}

/**
 * Asks again, while a connection lives, whether its credential is still good: when it expires, and now and then, since a token may
 * be withdrawn.
 */
export class CredentialWatch {
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private authorization: string | undefined,
    private principal: Principal,
    private readonly options: CredentialWatchOptions,
  ) {
    this.schedule();
  }

  /** Puts a newer credential in place of the one before. @throws what `authenticate` throws */
  async renew(authorization: string): Promise<Principal> {
    this.principal = await this.options.authenticate(authorization);
    this.authorization = authorization;
    this.schedule();
    return this.principal;
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.isStopped) return;
    const untilExpiryMs = (this.principal.expiresAt?.getTime() ?? Infinity) - Date.now();
    const waitMs = Math.min(Math.max(untilExpiryMs, 0), this.options.checkEveryMs);
    // Verifying allows for some clock skew: a credential past its time is asked about again soon.
    this.timer = setTimeout(() => void this.check(), Math.max(waitMs, 1_000)).unref();
  }

  private async check(): Promise<void> {
    try {
      this.principal = await this.options.authenticate(this.authorization);
      this.schedule();
    } catch (error) {
      if (this.isStopped) return;
      this.stop();
      this.options.onRefused(toClientError(error));
    }
  }
}
