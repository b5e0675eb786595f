import {join} from 'node:path';
import type {Place} from '../../src/core/vocabulary/event.ts';
import type {GitTree, SessionId} from '../../src/core/vocabulary/ids.ts';
import type {Applied, Checkpoint, Prepared, Worktrees} from '../../src/ports/worktree.ts';

/** A session's worktree with its base, as the program drives it. */
export class WorktreeSession {
  readonly worktrees: Worktrees;
  readonly repo: string;
  readonly id: SessionId;
  readonly place: Place;
  readonly prepared: Prepared;
  /** What the checkout has already. */
  base: GitTree;

  constructor(worktrees: Worktrees, repo: string, id: SessionId, place: Place, prepared: Prepared) {
    this.worktrees = worktrees;
    this.repo = repo;
    this.id = id;
    this.place = place;
    this.prepared = prepared;
    this.base = prepared.base;
  }

  static async start(worktrees: Worktrees, dir: string, name = 'session000'): Promise<WorktreeSession> {
    const at = await worktrees.locate(dir);
    if (at.kind !== 'repository') throw new Error(`${dir} is ${at.kind}`);
    const id = name as SessionId;
    const place = worktrees.plan(at, id);
    return new WorktreeSession(worktrees, at.root, id, place, await worktrees.prepare(at.root, place, id));
  }

  static async inPlace(worktrees: Worktrees, root: string, repo: string | null, name = 'inplace000'): Promise<WorktreeSession> {
    const id = name as SessionId;
    const place: Place = {kind: 'in-place', root, cwd: '', head: null};
    return new WorktreeSession(worktrees, root, id, place, await worktrees.open(repo, place, id, null));
  }

  file(path: string): string {
    return join(this.place.root, path);
  }

  async checkpoint(): Promise<Checkpoint | null> {
    const made = await this.worktrees.checkpoint(this.place, this.id);
    this.#last = made?.tree ?? this.#last;
    return made;
  }

  async tree(): Promise<GitTree> {
    await this.checkpoint();
    return this.#last ?? this.prepared.base;
  }

  async apply(more: {conflicts?: boolean; commit?: string} = {}): Promise<Applied> {
    const tree = await this.tree();
    const request = {repo: this.repo, id: this.id, base: this.base, tree, conflicts: more.conflicts ?? false, commit: more.commit ?? null};
    const applied = await this.worktrees.apply(request);
    if (applied.kind === 'applied') this.base = applied.tree;
    return applied;
  }

  async diff(to: GitTree, options = {color: false, stat: false}): Promise<string> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.worktrees.diff(this.place, this.prepared.base, to, options)) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  }

  #last: GitTree | null = null;
}
