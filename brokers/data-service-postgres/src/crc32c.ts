/** Reversed Castagnoli polynomial. */
const polynomial = 0x82f63b78;
const slices = 8;

/** Eight tables of 256, for eight bytes a step ("slicing by 8"). */
const tables = makeTables();

/**
 * CRC-32C, the checksum of PostgreSQL's backup manifests; node:zlib has only the other CRC-32.
 *
 * @param crc of the bytes before, 0 for none
 * @returns an unsigned 32-bit number
 * @example crc32c(Buffer.from('123456789')).toString(16) // 'e3069283'
 */
export function crc32c(bytes: Uint8Array, crc = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
  let state = ~crc;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low = state ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    state =
      t7[low & 255]! ^ t6[(low >>> 8) & 255]! ^ t5[(low >>> 16) & 255]! ^ t4[low >>> 24]! ^
      t3[bytes[at + 4]!]! ^ t2[bytes[at + 5]!]! ^ t1[bytes[at + 6]!]! ^ t0[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) state = (state >>> 8) ^ t0[(state ^ bytes[at]!) & 255]!;
  return ~state >>> 0;
}

function makeTables(): readonly Int32Array[] {
  const made = Array.from({ length: slices }, () => new Int32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    made[0]![byte] = crc;
  }
  for (let slice = 1; slice < slices; slice++) {
    for (let byte = 0; byte < 256; byte++) {
      const before = made[slice - 1]![byte]!;
      made[slice]![byte] = (before >>> 8) ^ made[0]![before & 255]!;
    }
  }
  return made;
}
