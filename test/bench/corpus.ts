import {readdirSync, readFileSync} from 'node:fs';
import {zstdDecompressSync} from 'node:zlib';

/** A real output and the lines in it that a reader needs. */
export type Sample = {name: string; family: string; bytes: Buffer; lines: readonly string[]; critical: readonly CriticalLines[]};
export type CriticalLines = {first: number; last: number; text: string; why: string};

/** Every output of a folder of fixtures. Throws where a label does not fit its output. */
export function readCorpus(folder: string): readonly Sample[] {
  const names = readdirSync(folder).filter(name => name.endsWith('.json'));
  return names.toSorted().map(file => readSample(folder, file.slice(0, -5)));
}

function readSample(folder: string, name: string): Sample {
  const {family, critical} = JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) as {family: string; critical: CriticalLines[]};
  const bytes = zstdDecompressSync(readFileSync(`${folder}/${name}.log.zst`));
  const lines = bytes.toString('utf8').split('\n');
  for (const {first, text} of critical)
    if (lines[first - 1] !== text) throw new Error(`${name}: line ${first} is not ${JSON.stringify(text)}`);
  return {name, family, bytes, lines, critical};
}

/** The critical lines of which a view shows nothing: neither the line as it is nor its readable form. */
export function missing({lines, critical}: Sample, view: string): readonly number[] {
  const shown = new Set(view.split('\n').map(bare));
  return critical
    .flatMap(({first, last}) => Array.from({length: last - first + 1}, (_, index) => first + index))
    .filter(number => !shown.has(bare(lines[number - 1] ?? '')));
}

/** Without what the view takes out: colours, what was drawn over, spaces around. */
function bare(line: string): string {
  return line
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]+[0-~]|[0-OQ-WYZ`-~])/g, '')
    .replace(/\r+$/, '')
    .replace(/^.*\r/, '')
    .trim();
}
