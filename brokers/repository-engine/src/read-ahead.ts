/** Loads the items in order, up to `limit` of them before they are asked for. Stops loading when the consumer stops. */
export async function* readAhead<Item, Loaded>(items: AsyncIterable<Item>, limit: number, load: (item: Item) => Promise<Loaded>): AsyncGenerator<Loaded> {
  const iterator = items[Symbol.asyncIterator]();
  const loading: Promise<Loaded>[] = [];
  try {
    for (;;) {
      while (loading.length < limit) {
        const { value, done } = await iterator.next();
        if (done) break;
        const loaded = load(value);
        // A failure is told when its turn comes, and not at all when the consumer has gone.
        loaded.catch(() => undefined);
        loading.push(loaded);
      }
      const first = loading.shift();
      if (first === undefined) return;
      yield await first;
    }
  } finally {
    await Promise.allSettled(loading);
    await iterator.return?.();
  }
}
