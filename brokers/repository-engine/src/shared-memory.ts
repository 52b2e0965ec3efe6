/** A buffer that all threads see: given to another one it is not copied. */
export function sharedBuffer(bytes: number): Buffer {
  return Buffer.from(new SharedArrayBuffer(bytes));
}

/** The bytes where all threads see them; a copy, unless they are there already. */
export function asShared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = sharedBuffer(bytes.length);
  shared.set(bytes);
  return shared;
}
