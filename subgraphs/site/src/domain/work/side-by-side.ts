/**
 * Runs tasks at once. The first failure aborts the others and is thrown when all of them have ended, so that nothing works
 * on behind the back of whoever undoes them.
 *
 * @param task - passes its signal on to everything that takes long
 */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  task: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const others = new AbortController();
  let first: { readonly error: unknown } | undefined;
  const settled = await Promise.allSettled(
    items.map(async (item) => {
      try {
        return await task(item, others.signal);
      } catch (error) {
        first ??= { error };
        others.abort(error);
        throw error;
      }
    }),
  );
  if (first !== undefined) throw first.error;
  return settled.map((one) => (one as PromiseFulfilledResult<Result>).value);
}
