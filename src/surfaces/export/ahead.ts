/** The answers in the order of the items, at most `bound` of them under way: what follows is made while what came is written. */
export async function* ahead<Item, Answer>(
  items: AsyncIterable<Item>,
  bound: number,
  ask: (item: Item) => Promise<Answer>,
): AsyncGenerator<Answer> {
  const under: Promise<Answer>[] = [];
  for await (const item of items) {
    const asked = ask(item);
    // It is thrown below, in its turn; until then it is not unhandled.
    asked.catch(() => {});
    under.push(asked);
    if (under.length < bound) continue;
    const first = under.shift();
    if (first !== undefined) yield await first;
  }
  for (const asked of under) yield await asked;
}
