/** All of the items, at most `bound` of them under way. The first to fail ends it, when those under way have ended. */
export async function inParallel<Item>(items: readonly Item[], bound: number, act: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  // One iterator for all workers: each takes what the others left.
  const worker = async (): Promise<void> => {
    for (const item of rest) await act(item);
  };
  await Promise.all(Array.from({length: bound}, worker));
}
