/** A run of lines that a view leaves out: its first and last line and how many bytes of the stored stream it is. */
export type Gap = {first: number; last: number; bytes: number};

/** Stands in place of dropped lines; says how many, which, and how to get them. */
export function gapNotice(gap: Gap, label: string): string {
  const which = gap.first === gap.last ? `line ${grouped(gap.first)}` : `lines ${placeOf(gap)}`;
  return `⟨… ${counted(sizeOf(gap), 'line')} not shown, ${counted(gap.bytes, 'byte')} (${which})${label === '' ? '' : `: ${asked(label, gap.first)}`} …⟩\n`;
}

/** What the lines that a view leaves out are like, over all its gaps. */
export type Unseen = {failures: number; warnings: number};

/** Stands at the largest of several gaps: which kinds of lines are missing in all of them, and every way to get them. */
export function largestGapNotice(gap: Gap, {similar, ...unseen}: Unseen & {similar: boolean}, label: string): string {
  const kinds = [
    ...(unseen.failures > 0 ? [`${counted(unseen.failures, 'line')} like errors`] : []),
    ...(unseen.warnings > 0 ? [counted(unseen.warnings, 'warning')] : []),
  ];
  const missing = kinds.length > 0 ? `; not shown in all: ${kinds.join(', ')}` : '';
  return `⟨… ${counted(sizeOf(gap), similar ? 'similar line' : 'line')} not shown, ${counted(gap.bytes, 'byte')} (${placeOf(gap)})${missing}${label === '' ? '' : `: ${ways(label, gap.first)}`} …⟩\n`;
}

/** Stands at the others. `similar`: they are all like the line before them, but for numbers. */
export function innerGapNotice(gap: Gap, similar: boolean): string {
  return `⟨… ${counted(sizeOf(gap), similar ? 'similar line' : 'line')} not shown (${placeOf(gap)}) …⟩\n`;
}

/** The same for a budget that has no room for more. */
export function shortGapNotice(gap: Gap): string {
  return `⟨… ${counted(sizeOf(gap), 'line')} not shown …⟩\n`;
}

/** Stands in the middle of one line that is shown in part. */
export function cutNotice(dropped: number, length: number): string {
  return `⟨… 1 line cut: ${grouped(dropped)} of ${counted(length, 'byte')} …⟩`;
}

/** Stands before the last form of a line that was drawn over. */
export function redrawNotice(dropped: number, length: number): string {
  return `⟨… 1 line cut: ${grouped(dropped)} of ${counted(length, 'byte')} drawn over …⟩`;
}

/** Stands in place of an output that is not text. */
export function binaryNotice(kind: string, total: {bytes: number; lines: number}, label: string): string {
  return `⟨${kind}, not shown: ${counted(total.bytes, 'byte')} in ${counted(total.lines, 'line')}${label === '' ? '' : `; kept whole: ${asked(label, 1)}`}⟩\n`;
}

/** Stands at the end of a view that differs from the stream in what a reader could not see. */
export function footer(notes: {unterminated: boolean; broken: boolean}): string {
  const said = [
    ...(notes.unterminated ? ['no newline at the end'] : []),
    ...(notes.broken ? ['bytes that are not UTF-8 are shown as U+FFFD'] : []),
  ];
  return said.length > 0 ? `⟨${said.join('; ')}⟩\n` : '';
}

function sizeOf(gap: Gap): number {
  return gap.last - gap.first + 1;
}

function placeOf(gap: Gap): string {
  return gap.first === gap.last ? grouped(gap.first) : `${grouped(gap.first)} to ${grouped(gap.last)}`;
}

function ways(label: string, from: number): string {
  return `read_output ${JSON.stringify({output: label, from})}, or with "search" for a pattern, or "salient":true for what matters from there`;
}

/** The call that brings the lines, as the model has to write it. */
function asked(label: string, from: number): string {
  return `read_output ${JSON.stringify({output: label, from})}`;
}

function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Without Intl, whose answer depends on the machine. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
