import type {HeldLine} from './held-line.ts';
import type {Middle} from './salience/middle.ts';
import type {RenderedLine} from './rendered-line.ts';

/** What is held of a stream of so many lines. */
export type Held = {head: readonly HeldLine[]; tail: readonly HeldLine[]; middle: Middle | null; lines: number};

/** What is there to be spent: bytes of the lines, bytes of a line, and what the notice of one more gap takes. */
export type Room = {bytes: number; line: number; gap: number};

/** A line that the view has, whole or cut in the middle. */
export type Shown = {line: HeldLine; rendered: RenderedLine};

/** The lines chosen for a view so far, and what is left of its room: a line costs its bytes and, where it stands alone, the notice of one more gap. */
export type Choice = {
  readonly left: number;
  has: (number: number) => boolean;
  isBeside: (number: number) => boolean;
  /** False where there is no room for it within `most` bytes in all. */
  add: (shown: Shown, most?: number) => boolean;
  /** Ascending. */
  finish: () => readonly Shown[];
};

/** `lines` are those of the whole stream; room for one gap's notice is taken already. */
export function createChoice({bytes, gap, lines}: {bytes: number; gap: number; lines: number}): Choice {
  const chosen = new Map<number, Shown>();
  let spent = 0;
  const isTaken = (number: number): boolean => number < 1 || number > lines || chosen.has(number);
  return {
    get left() {
      return bytes - spent;
    },
    has: number => chosen.has(number),
    isBeside: number => isTaken(number - 1) || isTaken(number + 1),
    add(shown, most = bytes) {
      const {number} = shown.line;
      const gaps = 1 - (isTaken(number - 1) ? 1 : 0) - (isTaken(number + 1) ? 1 : 0);
      const cost = shown.rendered.bytes + 1 + gaps * gap;
      if (spent + cost > Math.min(most, bytes)) return false;
      chosen.set(number, shown);
      spent += cost;
      return true;
    },
    finish: () => [...chosen.values()].toSorted((a, b) => a.line.number - b.line.number),
  };
}
