import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { writeFile, rename } from 'node:fs/promises';
import { OcopeaError } from '@ocopea/graph';
import { loadOrCreatePrivateFile } from './private-file.js';

/**
 * Encrypts texts at rest: AES-256-GCM under a master key from a file (mode 0600). Each box is bound to a context, such as
 * `binding:<id>:password`: one moved to another row or column does not open.
 *
 * Format: `v1.<key id>.<96-bit nonce>.<ciphertext and tag>`, base64url. The file holds a line `<key id> <key>` for each key, the
 * last one seals; after {@link SecretBox.rotate} older boxes still open.
 */
export class SecretBox {
  private constructor(
    private readonly path: string,
    private keys: ReadonlyMap<string, Buffer>,
  ) {}

  /**
   * @throws INSECURE_FILE
   * @throws BAD_INPUT when the file holds something else
   */
  static async loadOrCreate(path: string): Promise<SecretBox> {
    return new SecretBox(path, parseKeys(await loadOrCreatePrivateFile(path, newKeyLine), path));
  }

  seal(text: string, context: string): string {
    const [keyId, key] = [...this.keys].at(-1)!;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(additionalData(keyId, context));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return ['v1', keyId, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
  }

  /** @throws CORRUPT_DATA when the box was changed, belongs to another context, or its key is not in the file */
  open(box: string, context: string): string {
    const [version, keyId = '', nonceText = '', sealedText = ''] = box.split('.');
    const key = this.keys.get(keyId);
    if (version !== 'v1' || key === undefined) {
      throw cannotOpen(context, `its master key is not in ${this.path}; restore that file from a backup`);
    }
    const sealed = Buffer.from(sealedText, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonceText, 'base64url'), { authTagLength: tagBytes })
        .setAAD(additionalData(keyId, context))
        .setAuthTag(sealed.subarray(-tagBytes));
      return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]).toString('utf8');
    } catch (error) {
      throw cannotOpen(context, 'it was changed, or belongs to something else', error);
    }
  }

  /** Seals with a new key from now on. Boxes of older keys still open. */
  async rotate(): Promise<void> {
    const lines = [...this.keys].map(([keyId, key]) => `${keyId} ${key.toString('base64url')}\n`);
    const content = [...lines, newKeyLine()].join('');
    const temporary = `${this.path}.next`;
    await writeFile(temporary, content, { mode: 0o600, flush: true });
    await rename(temporary, this.path);
    this.keys = parseKeys(content, this.path);
  }
}

const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

function newKeyLine(): string {
  return `${randomBytes(6).toString('hex')} ${randomBytes(keyBytes).toString('base64url')}\n`;
}

function parseKeys(content: string, path: string): Map<string, Buffer> {
  const keys = new Map<string, Buffer>();
  for (const line of content.split('\n').filter((each) => each.trim() !== '')) {
    const [keyId = '', encoded = ''] = line.split(' ');
    keys.set(keyId, Buffer.from(encoded, 'base64url'));
  }
  const isWhole = keys.size > 0 && [...keys].every(([keyId, key]) => /^[0-9a-f]{12}$/.test(keyId) && key.length === keyBytes);
  if (!isWhole) throw new OcopeaError('BAD_INPUT', `${path} does not hold master keys; restore it from a backup`);
  return keys;
}

function additionalData(keyId: string, context: string): Buffer {
  return Buffer.from(JSON.stringify(['v1', keyId, context]));
}

function cannotOpen(context: string, why: string, cause?: unknown): OcopeaError {
  return new OcopeaError('CORRUPT_DATA', `the secret ${JSON.stringify(context)} cannot be opened: ${why}`, { cause });
}
