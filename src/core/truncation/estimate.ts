/** Names the estimator below. A contract or policy that counted with it stays true only while the function stays the same. */
export const estimator = 'bytes4/1';

/** What a text costs in budgets: a quarter of its UTF-8 bytes, rounded up. Integers only, so that every machine agrees. */
export function tokensOf(bytes: number): number {
  return Math.ceil(bytes / 4);
}

/** The most bytes that cost no more than `tokens`. */
export function bytesWithin(tokens: number): number {
  return tokens * 4;
}
