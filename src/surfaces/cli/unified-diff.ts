import {diffArrays} from 'diff';

export type Sides<T> = {before: T; after: T};

/**
 * The lines of a unified diff that leads from one list of lines (each with its line end) to another. `rough` where they differ in so many lines
 * that the shortest difference was not looked for: everything between their common beginning and end is then replaced at once.
 */
export function unifiedDiff({before, after}: Sides<readonly string[]>, context = 3): {lines: Iterable<string>; rough: boolean} {
  const {start, end} = common(before, after);
  const changed = {before: before.slice(start, before.length - end), after: after.slice(start, after.length - end)};
  const changes = diffArrays([...changed.before], [...changed.after], {maxEditLength: furthest});
  const edits = changes === undefined ? [{removed: changed.before.length, added: changed.after.length, kept: 0}] : editsOf(changes);
  return {lines: hunks(start, edits, {before, after, context}), rough: changes === undefined};
}

/** Removed and added lines beside one another that the search goes through at most: its time and memory grow with the square. */
const furthest = 1_000;

function common(before: readonly string[], after: readonly string[]): {start: number; end: number} {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return {start, end};
}

/** So many lines are replaced by so many, then so many stay. */
type Edit = {removed: number; added: number; kept: number};

function editsOf(changes: readonly {removed: boolean; added: boolean; count: number}[]): Edit[] {
  const edits: Edit[] = [];
  for (const {removed, added, count} of changes) {
    const last = edits.at(-1);
    if (last === undefined || (last.kept > 0 && (removed || added))) edits.push({removed: 0, added: 0, kept: 0});
    const edit = edits.at(-1)!;
    if (removed) edit.removed += count;
    else if (added) edit.added += count;
    else edit.kept += count;
  }
  return edits;
}

type Place = {before: number; after: number};
type Both = Sides<readonly string[]> & {context: number};

function* hunks(start: number, edits: readonly Edit[], both: Both): Generator<string> {
  let at: Place = {before: start, after: start};
  let open: {edits: Edit[]; at: Place} | null = null;
  for (const edit of edits) {
    const isChange = edit.removed + edit.added > 0;
    if (isChange && open === null) open = {edits: [], at};
    if (isChange) open?.edits.push(edit);
    if (open !== null && edit.kept > 2 * both.context) {
      yield* hunk(open, both);
      open = null;
    }
    at = {before: at.before + edit.removed + edit.kept, after: at.after + edit.added + edit.kept};
  }
  if (open !== null) yield* hunk(open, both);
}

/** Changes with what stands between them, in some lines of what stands around. */
function* hunk({edits, at}: {edits: readonly Edit[]; at: Place}, {before, after, context}: Both): Generator<string> {
  const lead = Math.min(context, at.before);
  const sum = (key: 'removed' | 'added') => edits.reduce((total, edit) => total + edit[key], 0);
  const between = edits.slice(0, -1).reduce((total, {kept}) => total + kept, 0);
  const end = at.before + sum('removed') + between;
  const trail = Math.min(context, before.length - end);
  const length = lead + between + trail;
  const range = (from: number, count: number) => `${count === 0 ? from : from + 1},${count}`;
  yield `@@ -${range(at.before - lead, length + sum('removed'))} +${range(at.after - lead, length + sum('added'))} @@\n`;
  let {before: old, after: now} = {before: at.before - lead, after: at.after - lead};
  const stays = function* (count: number): Generator<string> {
    for (let n = 0; n < count; n++, now++) yield written(' ', before[old++]!);
  };
  yield* stays(lead);
  for (const [index, {removed, added, kept}] of edits.entries()) {
    for (let n = 0; n < removed; n++) yield written('-', before[old++]!);
    for (let n = 0; n < added; n++) yield written('+', after[now++]!);
    yield* stays(index === edits.length - 1 ? trail : kept);
  }
}

const written = (mark: string, line: string): string =>
  line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
