import type {Program} from '../../agent/program.ts';
import {viewText} from '../../agent/view-text.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {BlobDamaged, type Blobs} from '../../ports/blobs.ts';
import {WorktreeRefused, type Worktrees} from '../../ports/worktree.ts';
import type {Diff, FileChange, Source} from '../export/source.ts';

/** A session of this home to be written out. What is stored no more is said in its place, and is in `missing`, each reason once. */
export async function exportSource(session: SessionId, program: Program): Promise<Source & {missing: ReadonlySet<string>}> {
  const [catalogue, blobs, worktrees] = await Promise.all([program.catalogue(), program.blobs(), program.worktrees()]);
  const missing = new Set<string>();
  const places = new Map<string, Promise<string | null>>();
  const unreadable = (change: FileChange): Promise<string | null> => {
    const known = places.get(change.place.root) ?? whyUnreadable(change, worktrees);
    places.set(change.place.root, known);
    return known;
  };
  const note = (why: string) => {
    missing.add(why);
    return {missing: why};
  };
  return {
    session,
    missing,
    records: () => catalogue.read(session),
    view: async (excerpt, label) => {
      const text = await shownText({excerpt, label}, blobs);
      return text === null ? note(`The output of ${label} is missing from the store, or damaged.`) : {text};
    },
    diff: async (change, limit) => {
      const why = await unreadable(change);
      const diff = why === null ? await patch(change, {limit, worktrees}) : {why};
      return 'why' in diff ? note(`What changed in the files cannot be shown: ${diff.why}`) : diff;
    },
  };
}

async function shownText(of: Parameters<typeof viewText>[0], blobs: Blobs): Promise<string | null> {
  try {
    return await viewText(of, blobs);
  } catch (error) {
    if (error instanceof BlobDamaged) return null;
    throw error;
  }
}

/** Asked once for each place: where the checkpoints are gone, no patch is begun. */
async function whyUnreadable({place, from}: FileChange, worktrees: Worktrees): Promise<string | null> {
  try {
    await worktrees.changed(place, from, from);
    return null;
  } catch (error) {
    return refusal(error);
  }
}

async function patch(
  {place, from, to}: FileChange,
  {limit, worktrees}: {limit: number; worktrees: Worktrees},
): Promise<Diff | {why: string}> {
  const shown = new FirstLines(limit);
  try {
    for await (const bytes of worktrees.diff(place, from, to, {color: false, stat: false})) shown.push(bytes);
    return shown.end();
  } catch (error) {
    return {why: refusal(error)};
  }
}

function refusal(error: unknown): string {
  if (error instanceof WorktreeRefused) return error.message.split('\n')[0] ?? error.code;
  throw error;
}

/** The first lines of a stream, as many as fit, and how many there are in all. */
class FirstLines {
  readonly #limit: number;
  readonly #decoder = new TextDecoder();
  #text = '';
  #ended = 0;
  #last = 0x0a;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(bytes: Uint8Array): void {
    if (this.#text.length <= this.#limit) this.#text += this.#decoder.decode(bytes, {stream: true});
    for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) this.#ended++;
    this.#last = bytes.at(-1) ?? this.#last;
  }

  end(): Diff {
    const lines = this.#ended + (this.#last === 0x0a ? 0 : 1);
    if (this.#text.length <= this.#limit) return {text: this.#text, lines, shown: lines};
    const cut = this.#text.slice(0, this.#limit);
    const text = cut.slice(0, cut.lastIndexOf('\n') + 1);
    return {text, lines, shown: text.split('\n').length - 1};
  }
}
