import {readFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import type {Failure} from '../../core/vocabulary/block.ts';
import type {Model} from '../../ports/model.ts';
import {parseScript} from './script.ts';
import {scripted} from './scripted.ts';

/** The scripted model of a file. Its name is the file's, so that a resumed session finds it again. */
export async function openScript(file: string): Promise<Model | {failure: Failure}> {
  const path = resolve(file);
  try {
    const parsed = parseScript(JSON.parse(await readFile(path, 'utf8')));
    if ('script' in parsed) return scripted(parsed.script, `scripted:${path}`);
    return {failure: {...parsed.failure, message: `${path}: ${parsed.failure.message}`}};
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return {failure: {code: 'bad-script', message: `${path}: ${error.message}`, retryable: false}};
  }
}
