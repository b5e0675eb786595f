/**
 * What the signs of a line count, in points, and how far weight is passed on. They were fitted on the outputs of `fixtures/outputs`, and are part of the
 * view: change one, and the policy's version changes.
 */
export const tuned = {
  // What a line says of itself (evidence.ts).
  /** The first word that speaks of a failure; more where it stands in capitals, before a colon, or at the line's begin; each further one. */
  failure: 40,
  inCapitals: 7,
  beforeColon: 10,
  early: 8,
  failureAgain: 6,
  /** The same as a part of a name. */
  failureInName: 2,
  trouble: 13,
  troubleAgain: 5,
  difference: 6,
  differenceBeforeColon: 12,
  notOk: 57,
  /** Taken off where the line begins, or ends, with a success, or begins with a word of routine. */
  successFirst: 26,
  successLast: 32,
  quiet: 23,
  causeFirst: 13,
  cause: 3,
  negation: 3,
  /** How a process ended, other than with 0. */
  exitStatus: 18,
  location: 11,
  /** `file:line: message`. */
  report: 14,
  /** Taken off where the place is not the project's own. */
  dependency: 10,
  warning: 1,
  /** It names a failure or a difference and ends with a colon. */
  announces: 10,
  stars: 10,

  // Rarity (prospect.ts, salience.ts): what is divided by, for each doubling of how often the shape, or the exact line, was seen.
  rarity: 21,
  commonerShape: 2,
  commonerLine: 2,
  /** Shapes seen up to twice, and up to eight times. */
  rarest: 6,
  rare: 4,
  /** So many lines with one opening count as one with the shape. */
  openings: 4,
  first: 9,
  firstMost: 13,

  // Standing out (standing-out.ts, mentions.ts).
  standsOut: 37,
  commonShape: 26,
  breaks: 19,
  breakFew: 10,
  /** Rare enough for a break; lines before it. */
  breakShape: 4,
  breakAfter: 9,
  differs: 33,
  mention: 24,
  mentionsMost: 40,
  tells: 20,

  // Passed on to the lines around (surroundings.ts).
  anchor: 24,
  reachAfter: 48,
  fadeFrom: 18,
  fade: 23,
  fadeBlank: 4,
  blanks: 2,
  reachBefore: 16,
  before: 3,
  fadeBefore: 9,
  /** The first so many places get so many sixteenths. */
  places: 2,
  place: 14,
  successNear: 9,
  headingFrom: 22,
  headingReach: 300,
  underHeading: 10,
  /** The smaller of what a line says and what it shares in is divided by this before it is added. */
  both: 1,

  // The choice (pick.ts): parts of the room that the last and the first lines have for certain.
  tailPart: 9,
  headPart: 36,
  /** Less than this is not worth a line; less than that, not a line that stands alone and costs a notice. */
  worthLine: 10,
  worthAlone: 18,
  /** With room left, lines from this weight on grow by so many lines, and so many backwards. */
  growFrom: 31,
  grow: 24,
  /** A shape is routine where at least one line in so many has it; into routine they grow by so many lines only. */
  routinePart: 3,
  growRoutine: 3,
  growBack: 10,
};
