import {visibleLines} from '../../core/text/visible.ts';
import type {FileChange} from '../export/source.ts';
import {counted} from '../export/words.ts';
import {missing, type Showing} from './card.ts';
import {markup, joined, type Markup} from './markup.ts';

/** What a step changed in the files, as a patch. */
export async function fileChanges(changes: readonly FileChange[], step: number, showing: Showing): Promise<Markup> {
  return joined(await Promise.all(changes.map(async change => patch(change, step, showing))));
}

async function patch(change: FileChange, step: number, {source, room}: Showing): Promise<Markup> {
  const diff = await source.diff(change, room);
  if ('missing' in diff) return missing(diff.missing);
  const lines = told(visibleLines(diff.text));
  const left = diff.lines - diff.shown;
  const rest = left > 0 ? markup`<span class="gap">⟨${counted(left, 'more line')} of this patch left out here⟩</span>` : null;
  return markup`<details class="card diff">
<summary><span class="mark" aria-hidden="true">±</span> <span class="title">${names(lines)}</span> <span class="end">${sizeOf(lines, left)}</span></summary>
<pre class="output" tabindex="0" role="region" aria-label="Files changed in step ${step}"><code>${lines.map(lineHtml)}${rest}</code></pre>
</details>
`;
}

type Line = {text: string; kind: 'file' | 'at' | 'add' | 'del' | 'same'};

/** What a line is: behind the first `@@` of a file, marks are of its content, whatever else they look like. */
function told(text: string): readonly Line[] {
  let within = false;
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map(text => {
      within = !text.startsWith('diff --git ') && (within || text.startsWith('@@'));
      return {text, kind: !within ? 'file' : (marks[text[0] ?? ''] ?? 'same')};
    });
}

const marks: Readonly<Record<string, Line['kind']>> = {'@': 'at', '+': 'add', '-': 'del'};

/** The files that a patch names. */
function names(lines: readonly Line[]): string {
  const heads = lines.filter(({text, kind}) => kind === 'file' && text.startsWith('diff --git '));
  const files = heads.map(({text}) => text.slice(text.indexOf(' b/') + 3).replace(/"$/, ''));
  const more = files.length - most;
  return `${files.slice(0, most).join(', ')}${more > 0 ? ` and ${counted(more, 'other')}` : ''}` || 'files';
}

const most = 4;

function sizeOf(lines: readonly Line[], left: number): string {
  const count = (wanted: Line['kind']): number => lines.filter(({kind}) => kind === wanted).length;
  return left > 0 ? counted(lines.length + left, 'line') : `+${count('add')} −${count('del')}`;
}

const lineHtml = ({text, kind}: Line): Markup => (kind === 'same' ? markup`${text}\n` : markup`<span class="${kind}">${text}</span>\n`);
