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

/** Copies bytes to `at`. `TypedArray.set` goes word by word where shared memory takes part, and takes three times as long. */
export function copyInto(target: Uint8Array, bytes: Uint8Array, at: number): void {
  if (at + bytes.length > target.length) throw new RangeError(`${bytes.length} bytes at ${at} do not fit into ${target.length}`);
  if (bytes.length > 0) Buffer.prototype.fill.call(target, bytes as never, at, at + bytes.length);
}
