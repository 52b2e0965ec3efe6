import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { OcopeaError } from '@ocopea/graph';
import { loadOrCreatePrivateFile } from './private-file.js';

/** The public half of a {@link SigningKey} as a JSON Web Key (RFC 8037). Fit to be stored and sent. */
export interface PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
}

/** An Ed25519 key pair with which a Site or Hub signs. */
export class SigningKey {
  readonly publicJwk: PublicJwk;

  private constructor(
    /** Not to be printed or exported. */
    readonly privateKey: KeyObject,
  ) {
    const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
    if (x === undefined) throw new Error('invariant: an Ed25519 key without its public half');
    this.publicJwk = { kty: 'OKP', crv: 'Ed25519', x, kid: thumbprint(x) };
  }

  /** The RFC 7638 thumbprint of the public key. */
  get kid(): string {
    return this.publicJwk.kid;
  }

  /** A key for one run of the process. */
  static generate(): SigningKey {
    return new SigningKey(generateKeyPairSync('ed25519').privateKey);
  }

  /**
   * The key in a file (PKCS #8 PEM, mode 0600), made when there is none.
   *
   * @throws INSECURE_FILE
   * @throws BAD_INPUT when the file holds something else
   */
  static async loadOrCreate(path: string): Promise<SigningKey> {
    const pem = await loadOrCreatePrivateFile(path, () =>
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    );
    return new SigningKey(parsePem(pem, path));
  }
}

function parsePem(pem: string, path: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // The message of the parser may quote the key.
  }
  throw new OcopeaError(
    'BAD_INPUT',
    `${path} does not hold an Ed25519 private key; restore it from a backup, or remove it and join again`,
  );
}

/** Members in lexical order without white space, as RFC 7638 asks. */
function thumbprint(x: string): string {
  return createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');
}
