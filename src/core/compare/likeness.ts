/** How alike two outputs or files are: `volatile` where they are equal when what changes from run to run is left out of both. */
export type Likeness = 'same' | 'volatile' | 'different';

const rank: Readonly<Record<Likeness, number>> = {same: 0, volatile: 1, different: 2};

/** The least alike of them; nothing differs in nothing. */
export const leastAlike = (all: Iterable<Likeness>): Likeness => [...all].reduce((a, b) => (rank[a] >= rank[b] ? a : b), 'same');
