export const P: Record<string, number> = {
  failure: 40, caps: 6, said: 12, early: 8, again: 6, tiedFailure: 2,
  trouble: 14, troubleMore: 7, difference: 5, differenceSaid: 12, notOk: 50, passFirst: 25, passLast: 20,
  causeFirst: 14, cause: 4, negation: 4, ending: 20, location: 12, dependency: 8, warning: 6,
  rarBase: 12, rarShape: 2, rarExact: 2, rare2: 6, rare8: 3,
  stand: 20, standCommon: 16, differ: 24,
  anchor: 24, reach: 14, reachBlank: 4, decayBase: 18, decayDiv: 26, before: 3, beforeDiv: 9, success: 10, sum: 2, blanks: 2,
  reachFar: 30, beforeFar: 12, places: 2, frame: 9,
  grow: 24, growBack: 10, growFrom: 24,
  heading: 10,
  openingDiv: 4, burst: 24, burstFew: 12, burstRare: 6, burstAfter: 8, mention: 24, mentionMost: 40,
  nthBase: 7, nthMost: 12, least: 8, alone: 16, tailDiv: 5, headDiv: 16,
};
