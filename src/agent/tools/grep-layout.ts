import {linesOf, type Found, type FoundInFile, type Layout} from './grep-found.ts';
import {overview} from './grep-overview.ts';

/**
 * Everything. Where that is more than the model is shown, a count and the first matches of every file stand before it, and the whole list is
 * one `read_output` away.
 */
export function foundText(found: Found, layout: Layout): string {
  const title = titleOf(found);
  const list = [...found.files].map(([path, file]) => `${layout.name(path)}\n${linesOf(file.lines)}${restOf(file)}`).join('');
  const whole = `${title}\n${list}`;
  if (Buffer.byteLength(whole) <= layout.budget) return whole;
  const first = `${title}: first a count and the first matches of each file, then all of them\n`;
  const last = found.ended ? `[the search was ended after ${found.matches} matches]\n` : `[end of ${found.matches} matches]\n`;
  const room = layout.budget - Buffer.byteLength(first) - Buffer.byteLength(last);
  return `${first}${overview(found, {...layout, budget: room})}\nAll matches\n${list}${last}`;
}

function titleOf({matches, files, ended}: Found): string {
  const counted = `${ended ? 'at least ' : ''}${matches} ${matches === 1 ? 'match' : 'matches'} in ${files.size} ${files.size === 1 ? 'file' : 'files'}`;
  return ended ? `${counted} (the search was ended: narrow it)` : counted;
}

function restOf({matches, lines}: FoundInFile): string {
  const rest = matches - lines.filter(({match}) => match).length;
  return rest > 0 ? `[${rest} more in this file, only counted: narrow the search]\n` : '';
}
