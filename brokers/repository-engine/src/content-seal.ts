import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { copyInto } from './shared-memory.js';

/** What contents are sealed with. Plain data, so that it can be given to another thread. */
export interface SealKey {
  /** Goes with what is sealed; 0 where nothing is encrypted. */
  readonly id: number;
  /** 32 bytes. Absent where nothing is encrypted. */
  readonly secret?: Uint8Array;
}

/** Where nothing is encrypted. */
export const noSealKey: SealKey = { id: 0 };

const nonceBytes = 12;
const tagBytes = 16;
const checksumBytes = 4;

/** Sealing makes a content longer by no more than this. */
export const mostSealBytes = nonceBytes + tagBytes;

/**
 * Encrypted (AES-256-GCM, a random nonce before the content and the tag behind it), or with a checksum before it (CRC-32, over
 * what it is bound to as well).
 * @param bound what the content is bound to: it opens with the same only
 * @param into has room for the content and {@link mostSealBytes}
 * @returns the bytes written
 */
export function sealInto(into: Uint8Array, { secret }: SealKey, content: Uint8Array, bound: Uint8Array): number {
  if (secret === undefined) {
    into.set(checksum(content, bound), 0);
    copyInto(into, content, checksumBytes);
    return checksumBytes + content.length;
  }
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce).setAAD(bound);
  into.set(nonce, 0);
  copyInto(into, cipher.update(content), nonceBytes);
  cipher.final();
  into.set(cipher.getAuthTag(), nonceBytes + content.length);
  return nonceBytes + content.length + tagBytes;
}

/** As {@link sealInto}, in memory of its own. */
export function seal(key: SealKey, content: Uint8Array, bound: Uint8Array): Buffer {
  const into = Buffer.allocUnsafe(content.length + mostSealBytes);
  return into.subarray(0, sealInto(into, key, content, bound));
}

/** @returns `undefined` when it was changed, or is bound to something else */
export function openSealed({ secret }: SealKey, sealed: Uint8Array, bound: Uint8Array): Buffer | undefined {
  if (secret === undefined) {
    if (sealed.length < checksumBytes) return undefined;
    const content = Buffer.from(sealed.buffer, sealed.byteOffset + checksumBytes, sealed.byteLength - checksumBytes);
    return checksum(content, bound).equals(sealed.subarray(0, checksumBytes)) ? content : undefined;
  }
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes }).setAAD(bound).setAuthTag(sealed.subarray(-tagBytes));
  const content = decipher.update(sealed.subarray(nonceBytes, -tagBytes));
  try {
    decipher.final();
  } catch {
    // The one thing that can go wrong here: it is not authentic.
    return undefined;
  }
  return content;
}

function checksum(content: Uint8Array, bound: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(checksumBytes);
  // What it is bound to last: zlib starts anew when it is given no bytes, as an empty content would be.
  bytes.writeUInt32BE(crc32(bound, crc32(content)));
  return bytes;
}
