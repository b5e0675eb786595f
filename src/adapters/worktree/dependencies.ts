import {realpathSync, statSync} from 'node:fs';
import {copyFile, mkdir} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {inside} from './layout.ts';
import type {Listing} from './listing.ts';
import {gitFolder, textOf} from './repository.ts';
import {carryFolder} from './carry.ts';
import {copyEntry, lstatOrGone} from './overlay.ts';

/** Folders that hold what a package manager installed. They are brought along where git ignores them. */
const folders = new Set([
  'node_modules',
  'bower_components',
  'jspm_packages',
  '.yarn',
  '.venv',
  'venv',
  '.bundle',
  'vendor',
  'Pods',
  'deps',
  '__pypackages__',
]);
const files = new Set(['.pnp.cjs', '.pnp.loader.mjs']);

/**
 * A dependency folder that is a link is one all the same: as a link it would lead what is written in the worktree to the real folder. The rule
 * `node_modules/` does not meet a link, so that git lists it among the untracked files.
 */
export async function withLinkedFolders(root: string, listing: Listing): Promise<Listing> {
  const leads = (path: string): boolean =>
    folders.has(basename(path)) && statSync(join(root, path), {throwIfNoEntry: false})?.isDirectory() === true;
  const met = listing.untracked.filter(leads);
  const isIgnored = met.length === 0 ? () => false : await matching([join(root, '.gitignore'), excludesOf(root)]);
  const moved = new Set(met.filter(path => isIgnored(`${path}/`)));
  return {
    ...listing,
    untracked: listing.untracked.filter(path => !moved.has(path)),
    ignored: [...listing.ignored.map(path => (leads(path) ? `${path.replace(/\/$/, '')}/` : path)), ...[...moved].map(path => `${path}/`)],
  };
}

function excludesOf(root: string): string {
  const folder = gitFolder(root);
  return folder === null || 'why' in folder ? '' : join(folder.common, 'info', 'exclude');
}

/** Which of the ignored paths come along: dependency folders, and what `.worktreeinclude` names. Folders without their closing slash. */
export async function dependenciesAmong(root: string, ignored: readonly string[]): Promise<string[]> {
  const included = await matching([join(root, '.worktreeinclude')]);
  const isWanted = (path: string): boolean => (path.endsWith('/') ? folders : files).has(basename(path)) || included(path);
  return ignored.filter(isWanted).map(path => path.replace(/\/$/, ''));
}

/** Brings them one after the other; answers with a sentence for each that could not come whole. */
export async function bringDependencies(from: string, to: string, paths: readonly string[], signal: AbortSignal): Promise<string[]> {
  const problems: string[] = [];
  for (const path of paths) {
    if (signal.aborted) return problems;
    try {
      await bring(from, to, path, signal);
    } catch (error) {
      problems.push(`${path} could not be brought into the worktree: ${(error as Error).message}`);
    }
  }
  return problems;
}

async function bring(from: string, to: string, path: string, signal: AbortSignal): Promise<void> {
  const stat = await lstatOrGone(join(from, path));
  if (stat === null || (await lstatOrGone(join(to, path))) !== null) return;
  await mkdir(join(to, dirname(path)), {recursive: true});
  const [source, target] = [join(from, path), join(to, path)];
  if (stat.isDirectory()) await carryFolder({source, target, from, to, signal});
  else if (stat.isSymbolicLink()) await bringLinked(from, source, target, signal);
  else await copyEntry(join(from, path), join(to, path), stat);
}

/** What a link leads to comes instead of the link. */
async function bringLinked(checkout: string, link: string, target: string, signal: AbortSignal): Promise<void> {
  const real = realpathSync(link);
  if (inside(real, checkout) || inside(real, target))
    throw new Error(`it is a link to ${real}, which the checkout or the worktree lies in`);
  if (statSync(real).isDirectory()) await carryFolder({source: real, target, from: real, to: target, signal});
  else await copyFile(real, target);
}

/** Git itself will not say whether a rule for folders would meet what is a link now. */
async function matching(files: readonly string[]): Promise<(path: string) => boolean> {
  const rules = files.flatMap(file => textOf(file) ?? []);
  if (rules.length === 0) return () => false;
  const {default: ignore} = await import('ignore');
  const matcher = ignore().add(rules.join('\n'));
  return path => matcher.ignores(path);
}
