/** The answers in the order of the items, at most `bound` of them under way. Whoever stops early starts no more. */
export async function* bounded<Item, Answer>(
  items: Iterable<Item>,
  bound: number,
  ask: (item: Item) => Promise<Answer>,
): AsyncGenerator<Answer> {
  const under: Promise<Answer>[] = [];
  const ready = (asked: Promise<Answer>) => {
    // The first to fail is thrown below, in its turn; until then, and for those behind it, a rejection is not unhandled.
    asked.catch(() => {});
    return asked;
  };
  for (const item of items) {
    under.push(ready(ask(item)));
    if (under.length < bound) continue;
    const first = under.shift();
    if (first !== undefined) yield await first;
  }
  for (const asked of under) yield await asked;
}
