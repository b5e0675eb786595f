import {readable} from '../../core/truncation/line-noise.ts';
import {linesOf, type Found, type FoundInFile, type FoundLine, type Layout} from './grep-found.ts';

/**
 * Files with how many matches each has, and of each file the first matches: one of every file, then a second of every file, while there is room.
 * All files in order of their paths where their names fit, else those with the most matches.
 */
export function overview({files, matches}: Found, {name, budget, context}: Layout): string {
  const all = [...files].map(([path, file]) => listed(name(path), file, context));
  const [shown, more] = named(all, {bytes: Math.floor((budget * 2) / 3), lines: mostNames});
  const counted = shown.reduce((sum, {file}) => sum + file.matches, 0);
  const rest = more === 0 ? '' : `[${more} more ${more === 1 ? 'file' : 'files'} with ${matches - counted} matches]\n`;
  const names = shown.reduce((sum, {heading}) => sum + cost(heading), cost(rest));
  inTurn(shown, {bytes: budget - names, lines: mostLines - shown.length - 1});
  return `${shown.map(textOf).join('')}${rest}`;
}

/** Fewer than the policy shows at the beginning. */
const mostLines = 380;
const mostNames = 250;

/** `units` are the file's matches, each with its context; `taken` are shown. `heading` is the widest that its heading may become. */
type Listed = {name: string; file: FoundInFile; units: readonly (readonly FoundLine[])[]; heading: string; taken: number};
type Room = {bytes: number; lines: number};

function listed(name: string, file: FoundInFile, context: number): Listed {
  return {name, file, units: unitsOf(file.lines, context), heading: `${name} (${file.matches} of ${file.matches})\n`, taken: 0};
}

function textOf({name, file, units, taken}: Listed): string {
  const count = taken === file.matches ? `${taken}` : `${taken} of ${file.matches}`;
  return `${name} (${count})\n${linesOf(units.slice(0, taken).flat())}`;
}

function named(all: readonly Listed[], room: Room): [shown: readonly Listed[], more: number] {
  const ordered = fitting(all, room) === all.length ? all : all.toSorted((a, b) => b.file.matches - a.file.matches);
  const shown = ordered.slice(0, fitting(ordered, room));
  return [shown, all.length - shown.length];
}

function fitting(files: readonly Listed[], {bytes, lines}: Room): number {
  let left = bytes;
  const end = files.findIndex(({heading}) => (left -= cost(heading)) < 0);
  return Math.min(end === -1 ? files.length : end, lines);
}

/** A file whose next match has no room gets no later one either. */
function inTurn(files: readonly Listed[], {bytes, lines}: Room): void {
  let left = {bytes, lines};
  for (let open = [...files]; open.length > 0;) {
    open = open.filter(file => {
      const unit = file.units[file.taken];
      const taken = unit === undefined ? Infinity : cost(linesOf(unit)) + apart;
      if (unit === undefined || taken > left.bytes || unit.length + 1 > left.lines) return false;
      left = {bytes: left.bytes - taken, lines: left.lines - unit.length - (unit.length > 1 ? 1 : 0)};
      file.taken++;
      return true;
    });
  }
}

/** `--` between matches with context. */
const apart = 3;

/** A context line belongs to the match before it as far as context was asked for, else to the next one. */
function unitsOf(lines: readonly FoundLine[], context: number): readonly (readonly FoundLine[])[] {
  const units: FoundLine[][] = [];
  let open: FoundLine[] = [];
  let last = -Infinity;
  for (const line of lines) {
    if (!line.match && line.number <= last + context) {
      units.at(-1)?.push(line);
      continue;
    }
    open.push(line);
    if (!line.match) continue;
    units.push(open);
    open = [];
    last = line.number;
  }
  return units;
}

/** Bytes in the view. */
const cost = (text: string): number => Buffer.byteLength(readable(Buffer.from(text)).text);
