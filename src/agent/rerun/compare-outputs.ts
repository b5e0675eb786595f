import {leastAlike, type Likeness} from '../../core/compare/likeness.ts';
import {linesAlike, type Sides} from '../../core/compare/lines-alike.ts';
import {maskVolatile, type Volatile} from '../../core/compare/mask-volatile.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {Blobs} from '../../ports/blobs.ts';
import {blobLines} from './blob-lines.ts';

/** Where two outputs begin to differ: some lines of each from `line` (from 1) on, and before it some that are alike. What changes from run to run is masked in them. */
export type Difference = Sides<readonly string[]> & {line: number; before: readonly string[]};

export type OutputsAlike = {likeness: Likeness; difference: Difference | null};

type Where = {blobs: Blobs; places: Sides<readonly Volatile[]>};

/** How alike two outputs are: by the sha256 of their pipes, or where those differ line by line, in constant memory. */
export async function compareOutputs({was, now}: Sides<Excerpt>, where: Where): Promise<OutputsAlike> {
  if (samePipes({was, now})) return {likeness: 'same', difference: null};
  const lines = () => ({was: blobLines(was.blob, where.blobs), now: blobLines(now.blob, where.blobs)});
  const alike = await compareLines(lines(), where.places);
  const mayBeMixed = alike.likeness === 'different' && mixed(was) && mixed(now);
  return mayBeMixed && (await sameInAnyOrder(lines(), where.places)) ? {likeness: 'volatile', difference: null} : alike;
}

/** Small enough to be held, and of two pipes, so that the order of its lines is chance. */
const mixed = ({streams: {stdout, stderr}, total}: Excerpt): boolean => stdout.bytes > 0 && stderr.bytes > 0 && total.bytes <= mostMixed;

const mostMixed = 1_024 * 1_024;

async function sameInAnyOrder(lines: Sides<AsyncGenerator<string>>, places: Sides<readonly Volatile[]>): Promise<boolean> {
  const masked = async (side: keyof Sides<unknown>) =>
    (await Array.fromAsync(lines[side], line => maskVolatile(line, places[side]))).toSorted();
  const [was, now] = await Promise.all([masked('was'), masked('now')]);
  return was.length === now.length && was.every((line, index) => line === now[index]);
}

/** The pipes of a program are read as its bytes come: which of two lines of different pipes comes first is chance. */
const samePipes = ({was, now}: Sides<Excerpt>): boolean =>
  was.blob === now.blob || (['stdout', 'stderr'] as const).every(pipe => was.streams[pipe].sha256 === now.streams[pipe].sha256);

async function compareLines(lines: Sides<AsyncGenerator<string>>, places: Sides<readonly Volatile[]>): Promise<OutputsAlike> {
  let likeness: Likeness = 'same';
  const before: string[] = [];
  try {
    for (let line = 1; ; line++) {
      const pair = await nextOf(lines);
      if (pair.was === null && pair.now === null) return {likeness: leastAlike([likeness, 'volatile']), difference: null};
      const alike = linesAlike(pair, places);
      if (alike === 'different')
        return {
          likeness: alike,
          difference: {line, before: before.map(text => shown(text, places.was)), ...(await sides(pair, lines, places))},
        };
      likeness = leastAlike([likeness, alike]);
      before.push(pair.was ?? '');
      if (before.length > around) before.shift();
    }
  } finally {
    await Promise.all([lines.was.return(undefined), lines.now.return(undefined)]);
  }
}

const around = 3;
const shownLines = 20;

async function nextOf({was, now}: Sides<AsyncGenerator<string>>): Promise<Sides<string | null>> {
  const [a, b] = await Promise.all([was.next(), now.next()]);
  return {was: a.done === true ? null : a.value, now: b.done === true ? null : b.value};
}

async function sides(
  first: Sides<string | null>,
  lines: Sides<AsyncGenerator<string>>,
  places: Sides<readonly Volatile[]>,
): Promise<Sides<readonly string[]>> {
  const rest = async (side: keyof Sides<unknown>): Promise<string[]> => {
    const found = first[side] === null ? [] : [first[side]];
    while (found.length > 0 && found.length < shownLines) {
      const {value, done} = await lines[side].next();
      if (done === true) break;
      found.push(value);
    }
    return found.map(text => shown(text, places[side]));
  };
  return {was: await rest('was'), now: await rest('now')};
}

/** As text, which it was before it was compared by its bytes. */
const shown = (line: string, places: readonly Volatile[]): string =>
  Buffer.from(maskVolatile(line.slice(0, longest), places), 'latin1').toString('utf8');

const longest = 2_000;
