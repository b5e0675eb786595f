import {execFileSync} from 'node:child_process';
import {copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import type {TestProject} from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The launcher of the program as it is built from these sources. */
    program: string;
  }
}

/**
 * Builds the program once, before all tests, into a folder of its own that is laid out as the package is: tests that start it as a process
 * never meet an old build, and two runs of the tests never overwrite each other's.
 */
export default function setup(project: TestProject): () => void {
  const root = resolve(import.meta.dirname, '../..');
  const folder = mkdtempSync(join(tmpdir(), 'agent-built-'));
  for (const name of ['node_modules', 'fixtures']) symlinkSync(join(root, name), join(folder, name));
  mkdirSync(join(folder, 'bin'));
  for (const file of ['bin/agent.js', 'package.json']) copyFileSync(join(root, file), join(folder, file));
  const build = () =>
    void execFileSync(process.execPath, [join(root, 'bin/build.js'), '--outdir', join(folder, 'dist')], {stdio: 'inherit'});
  build();
  project.provide('program', join(folder, 'bin/agent.js'));
  project.onTestsRerun(build);
  return () => rmSync(folder, {recursive: true, force: true});
}
