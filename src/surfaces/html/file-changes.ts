import {visibleLines} from '../../core/text/visible.ts';
import type {FileChange} from '../export/source.ts';
import {counted} from '../export/words.ts';
import {missing, type Showing} from './card.ts';
import {html, joined, type Markup} from './markup.ts';

/** What a step changed in the files, as a patch. */
export async function fileChanges(changes: readonly FileChange[], step: number, showing: Showing): Promise<Markup> {
  return joined(await Promise.all(changes.map(async change => patch(change, step, showing))));
}

async function patch(change: FileChange, step: number, {source, room}: Showing): Promise<Markup> {
  const diff = await source.diff(change, room);
  if ('missing' in diff) return missing(diff.missing);
  const lines = visibleLines(diff.text).replace(/\n$/, '').split('\n');
  const left = diff.lines - diff.shown;
  return html`<details class="card diff">
<summary><span class="mark" aria-hidden="true">±</span> <span class="title">${names(lines)}</span> <span class="end">${sizeOf(lines, left)}</span></summary>
<pre class="output" tabindex="0" role="region" aria-label="Files changed in step ${step}"><code>${joined(lines.map(line))}${left > 0 ? html`<span class="gap">⟨${counted(left, 'more line')} of this patch left out here⟩</span>` : null}</code></pre>
</details>
`;
}

/** The files by what the patch says of them; a name is in no line that a file's content could make, since those begin with a mark. */
function names(lines: readonly string[]): string {
  const files = lines.filter(text => text.startsWith('diff --git ')).map(text => text.slice(text.indexOf(' b/') + 3).replace(/"$/, ''));
  const more = files.length - most;
  return `${files.slice(0, most).join(', ')}${more > 0 ? ` and ${counted(more, 'other')}` : ''}` || 'files';
}

const most = 4;

function sizeOf(lines: readonly string[], left: number): string {
  const count = (mark: RegExp): number => lines.filter(text => mark.test(text)).length;
  return left > 0 ? counted(lines.length + left, 'line') : `+${count(/^\+(?!\+\+ )/)} −${count(/^-(?!-- )/)}`;
}

const line = (text: string): Markup => {
  const kind = text.startsWith('@@') ? 'at' : /^(?:diff |index |\+\+\+ |--- )/.test(text) ? 'of' : text.startsWith('+') ? 'add' : text.startsWith('-') ? 'del' : '';
  return kind === '' ? html`${text}\n` : html`<span class="${kind}">${text}\n</span>`;
};
