import { readFile, unlink } from 'node:fs/promises';
import type { ByteRange, ObjectInfo, ObjectStore, StoreRoom } from '../object-store.js';

/** Objects in memory, with a test's hands on them. */
export class MemoryObjectStore implements ObjectStore {
  readonly objects = new Map<string, { content: Buffer; modifiedAt: number }>();
  /** Runs before each call and may throw in its place, or wait. */
  before: (call: keyof ObjectStore, key: string) => Promise<void> | void = () => undefined;

  async put(key: string, pieces: readonly Uint8Array[]): Promise<boolean> {
    await this.before('put', key);
    if (this.objects.has(key)) return false;
    this.objects.set(key, { content: Buffer.concat(pieces), modifiedAt: Date.now() });
    return true;
  }

  async putFile(key: string, path: string): Promise<boolean> {
    const isNew = await this.put(key, [await readFile(path)]);
    await unlink(path);
    return isNew;
  }

  async get(key: string, range?: ByteRange): Promise<Buffer | undefined> {
    await this.before('get', key);
    const content = this.objects.get(key)?.content;
    return range === undefined ? content : content?.subarray(range.offset, range.offset + range.bytes);
  }

  async tail(key: string, bytes: number): Promise<{ readonly content: Buffer; readonly size: number } | undefined> {
    await this.before('tail', key);
    const content = this.objects.get(key)?.content;
    return content && { content: content.subarray(Math.max(0, content.length - bytes)), size: content.length };
  }

  async stat(key: string): Promise<ObjectInfo | undefined> {
    await this.before('stat', key);
    return this.#info(key);
  }

  async list(prefix: string, { after, limit }: { readonly after?: string; readonly limit: number }): Promise<readonly ObjectInfo[]> {
    await this.before('list', prefix);
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && (after === undefined || key > after)).sort();
    return keys.slice(0, limit).map((key) => this.#info(key)!);
  }

  async *scan(prefix: string): AsyncGenerator<ObjectInfo> {
    await this.before('scan', prefix);
    for (const key of [...this.objects.keys()]) {
      const info = key.startsWith(prefix) ? this.#info(key) : undefined;
      if (info) yield info;
    }
  }

  async delete(key: string): Promise<boolean> {
    await this.before('delete', key);
    return this.objects.delete(key);
  }

  async move(from: string, to: string): Promise<boolean> {
    await this.before('move', from);
    const found = this.objects.get(from);
    if (found === undefined) return false;
    this.objects.set(to, found);
    return this.objects.delete(from);
  }

  async settle(): Promise<void> {}

  async touch(key: string): Promise<boolean> {
    const found = this.objects.get(key);
    if (found) found.modifiedAt = Date.now();
    return found !== undefined;
  }

  async room(): Promise<StoreRoom> {
    return {};
  }

  #info(key: string): ObjectInfo | undefined {
    const found = this.objects.get(key);
    return found && { key, bytes: found.content.length, modifiedAt: found.modifiedAt };
  }
}
