import { tokenWrongPurpose, unauthenticated } from '@ocopea/graph';
import { verifyHubToken, type VerifyHubTokenOptions } from './hub-token.js';
import type { Principal } from './principal.js';
import type { Secret } from './secret.js';
import { claimedPurpose } from './signed-token.js';

export interface AuthenticatorOptions {
  readonly adminToken: Secret;
  /** At a Site: whose tokens it takes. The Hub takes none. */
  readonly hubTokens?: Pick<VerifyHubTokenOptions, 'siteId' | 'hubKeys'>;
}

/** Says who asks, from the `Authorization` header of a request or the same text in the parameters of a socket. */
export class Authenticator {
  constructor(private readonly options: AuthenticatorOptions) {}

  /**
   * @throws UNAUTHENTICATED
   * @throws TOKEN_EXPIRED
   * @throws TOKEN_WRONG_PURPOSE
   */
  async authenticate(authorizationHeader: string | undefined): Promise<Principal> {
    const token = bearerToken(authorizationHeader);
    if (this.options.adminToken.matches(token)) return { kind: 'administrator', name: 'admin' };
    if (this.options.hubTokens !== undefined) return verifyHubToken(token, this.options.hubTokens);
    throw claimedPurpose(token) === undefined ? unauthenticated() : tokenWrongPurpose("the administrator's token");
  }
}

const longestHeader = 8192;

function bearerToken(header: string | undefined): string {
  const match = header !== undefined && header.length <= longestHeader ? /^Bearer +(\S+)$/i.exec(header) : null;
  if (match?.[1] === undefined) throw unauthenticated();
  return match[1];
}
