import {readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {git} from './git.ts';
import {namesIn} from './store.ts';
import {reading} from './trees.ts';

/** A ref of a session on a tree that it kept. */
export type TreeRef = {session: string; tree: string; file: string; changed: number};

/** What lies in a store that nothing kept leads to. `packed` are bytes in packs, which go only when the packs are written anew. */
export type Unneeded = {refs: readonly TreeRef[]; loose: number; packed: number};

/** Looks only. `stays` says which refs are kept; everything younger than `before` is, too. */
export async function unneededIn(store: string, stays: (ref: TreeRef) => boolean, before: number): Promise<Unneeded> {
  const journalled = new Set(journalTrees(store));
  const refs = treeRefs(store).filter(ref => !stays(ref) && !journalled.has(ref.tree) && ref.changed < before);
  const gone = new Set(refs.map(({session, tree}) => `refs/agent/${session}/${tree}`));
  const needed = await reachable(store, gone);
  const loose = looseObjects(store).filter(({name, changed}) => !needed.has(name) && changed < before);
  return {refs, loose: loose.reduce((sum, {bytes}) => sum + bytes, 0), packed: await packedBytes(store, needed, before)};
}

function treeRefs(store: string): TreeRef[] {
  const folder = join(store, 'refs', 'agent');
  return namesIn(folder).flatMap(session =>
    namesIn(join(folder, session)).flatMap(tree => {
      const file = join(folder, session, tree);
      const stat = statSync(file, {throwIfNoEntry: false});
      return stat?.isFile() ? [{session, tree, file, changed: stat.mtimeMs}] : [];
    }),
  );
}

/** Every object that what stays needs, also such as are borrowed. */
async function reachable(store: string, gone: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const lines = (await git(['for-each-ref', '--format=%(objectname) %(refname)'], reading(store))).toString().split('\n').filter(Boolean);
  const roots = lines.filter(line => !gone.has(line.slice(line.indexOf(' ') + 1))).map(line => line.slice(0, line.indexOf(' ')));
  if (roots.length === 0) return new Set();
  const input = [...new Set([...roots, ...journalTrees(store)])].map(root => `${root}\n`).join('');
  const out = await git(['rev-list', '--objects', '--no-object-names', '--stdin'], {...reading(store), input});
  return new Set(out.toString().split('\n').filter(Boolean));
}

/** What a crash left to be led back is still needed. */
function journalTrees(store: string): readonly string[] {
  return namesIn(join(store, 'agent'))
    .filter(name => /^apply-.*\.json$/.test(name))
    .flatMap(name => readFileSync(join(store, 'agent', name), 'utf8').match(/(?<="(?:before|after)":")[0-9a-f]{40,64}/g) ?? []);
}

function looseObjects(store: string): {name: string; bytes: number; changed: number}[] {
  const folder = join(store, 'objects');
  return namesIn(folder)
    .filter(name => /^[0-9a-f]{2}$/.test(name))
    .flatMap(beginning =>
      namesIn(join(folder, beginning)).flatMap(rest => {
        const stat = /^[0-9a-f]{38,62}$/.test(rest) ? statSync(join(folder, beginning, rest), {throwIfNoEntry: false}) : undefined;
        return stat === undefined ? [] : [{name: beginning + rest, bytes: stat.size, changed: stat.mtimeMs}];
      }),
    );
}

async function packedBytes(store: string, needed: ReadonlySet<string>, before: number): Promise<number> {
  const folder = join(store, 'objects', 'pack');
  let bytes = 0;
  for (const name of namesIn(folder).filter(name => name.endsWith('.idx'))) {
    const pack = join(folder, name.replace(/\.idx$/, '.pack'));
    if ((statSync(pack, {throwIfNoEntry: false})?.mtimeMs ?? before) >= before) continue;
    bytes += await unneededBytes(store, join(folder, name), needed);
  }
  return bytes;
}

async function unneededBytes(store: string, index: string, needed: ReadonlySet<string>): Promise<number> {
  // "<offset> <object> (<crc>)"
  const lines = (await git(['show-index'], {...reading(store), input: readFileSync(index)})).toString().split('\n').filter(Boolean);
  const names = lines.map(line => line.split(' ')[1] ?? '').filter(name => !needed.has(name));
  if (names.length === 0) return 0;
  const input = names.map(name => `${name}\n`).join('');
  const sizes = await git(['cat-file', '--batch-check=%(objectsize:disk)'], {...reading(store), input});
  return sizes
    .toString()
    .split('\n')
    .reduce((sum, size) => sum + (Number(size) || 0), 0);
}
