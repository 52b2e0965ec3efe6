import { sharedBuffer } from './shared-memory.js';

/** Node has it; its types come with those of browsers only. */
declare const WebAssembly: { readonly Memory: new (descriptor: { readonly initial: number; readonly maximum: number; readonly shared: true }) => { readonly buffer: SharedArrayBuffer } };

/** A page of WebAssembly's memory. */
const pageBytes = 64 * 1024;

/** Where memory has to begin, and how much of it is taken at once, so that a disk reads and writes it by itself (`O_DIRECT`). */
export const blockBytes = 4096;

const aligned = new WeakSet<ArrayBufferLike>();

/**
 * Shared memory that begins where a page of the processor's memory begins. Node has no other way to such memory than
 * WebAssembly's; where that finds no room in the address space, the memory begins anywhere.
 */
export function alignedBuffer(bytes: number): Buffer {
  const pages = Math.max(1, Math.ceil(bytes / pageBytes));
  let memory: SharedArrayBuffer;
  try {
    memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }).buffer;
  } catch {
    return sharedBuffer(bytes);
  }
  aligned.add(memory);
  return Buffer.from(memory, 0, bytes);
}

export function isAligned(bytes: Uint8Array): boolean {
  return aligned.has(bytes.buffer) && bytes.byteOffset % blockBytes === 0;
}
