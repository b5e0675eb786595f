import {visibleControls} from '../../core/text/visible.ts';
import {colours} from './paint.ts';

/** The last door before a terminal: of all that it would obey only our own colours get through, and the rest is written out. */
export const forTerminal = (text: string): string => except(ownColours, text);

/** The same for what another program printed, line by line: its colours stay, as those of git's diffs. */
export async function* linesForTerminal(bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let held = '';
  for await (const chunk of bytes) {
    held += decoder.decode(chunk, {stream: true});
    const end = held.length > longestLine ? held.length : held.lastIndexOf('\n') + 1;
    if (end > 0) yield withColours(held.slice(0, end));
    held = held.slice(end);
  }
  yield withColours(held + decoder.decode());
}

const longestLine = 65_536;

const withColours = (text: string): string => except(anyColour, text);

const except = (kept: RegExp, text: string): string =>
  text
    .split(kept)
    .map((part, index) => (index % 2 === 1 ? part : visibleControls(part)))
    .join('');

const ownColours = new RegExp(`(${colours.map(code => code.replace('[', String.raw`\[`)).join('|')})`);
const anyColour = /(\u001B\[[\d;]*m)/;
