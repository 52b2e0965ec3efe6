import type { FileHandle } from 'node:fs/promises';

/** Writes all of `buffers`; a short write, which a disk that is filling up gives first, is continued until it fails. */
export async function writeFully(handle: FileHandle, buffers: readonly Uint8Array[], position: number): Promise<void> {
  const total = buffers.reduce((sum, one) => sum + one.byteLength, 0);
  let { bytesWritten: done } = await handle.writev(buffers as Uint8Array[], position);
  if (done === total) return;
  const rest = Buffer.concat(buffers);
  while (done < total) done += (await handle.write(rest, done, total - done, position + done)).bytesWritten;
}
