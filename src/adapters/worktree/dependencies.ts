import {join} from 'node:path';
import {textOf} from './repository.ts';
import {carryFolder} from './carry.ts';
import {copyEntry, lstatOrGone} from './overlay.ts';
import {mkdir} from 'node:fs/promises';
import {basename, dirname} from 'node:path';

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

/** Which of the ignored paths come along: dependency folders, and what `.worktreeinclude` names. Folders without their closing slash. */
export async function dependenciesAmong(root: string, ignored: readonly string[]): Promise<string[]> {
  const included = await worktreeInclude(root);
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
  if (stat.isDirectory()) await carryFolder({from, to, path, signal});
  else await copyEntry(join(from, path), join(to, path), stat);
}

async function worktreeInclude(root: string): Promise<(path: string) => boolean> {
  const rules = textOf(join(root, '.worktreeinclude'));
  if (rules === null) return () => false;
  const {default: ignore} = await import('ignore');
  const matcher = ignore().add(rules);
  return path => matcher.ignores(path);
}
