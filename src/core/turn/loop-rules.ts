/**
 * Version of the rules that the loop decides by: what `next`, the fold of the turn, the limits and the storms make of a log. The same log and version give the same moves, so that a
 * log can be checked for being one that the loop makes. Whoever changes what they make of a log that there may already be gives it the next number.
 */
export const loopRules = 'loop/1';
