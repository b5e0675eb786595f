import type {Program} from '../../agent/program.ts';
import {viewText} from '../../agent/view-text.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {BlobDamaged, type Blobs} from '../../ports/blobs.ts';
import {WorktreeRefused, type Worktrees} from '../../ports/worktree.ts';
import type {Diff, Source} from '../export/source.ts';

/** A session of this home to be written out. What is stored no more is said in its place, and is in `missing`, each reason once. */
export async function exportSource(session: SessionId, program: Program): Promise<Source & {missing: ReadonlySet<string>}> {
  const [catalogue, blobs, worktrees] = await Promise.all([program.catalogue(), program.blobs(), program.worktrees()]);
  const missing = new Set<string>();
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
      const diff = await patch(change, {limit, worktrees});
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

type Change = Parameters<Source['diff']>[0];

async function patch({place, from, to}: Change, {limit, worktrees}: {limit: number; worktrees: Worktrees}): Promise<Diff | {why: string}> {
  const shown = new FirstLines(limit);
  try {
    for await (const bytes of worktrees.diff(place, from, to, {color: false, stat: false})) shown.push(bytes);
    return shown.end();
  } catch (error) {
    if (!(error instanceof WorktreeRefused) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return {why: (error as Error).message.split('\n')[0] ?? ''};
  }
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
