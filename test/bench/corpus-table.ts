// Of how many real outputs every critical line is shown: npm run corpus [-- corpus|held-out … --failing]. Fails where a view passes its budget or a count is wrong.
import {join} from 'node:path';
import {missing, readCorpus, type Sample} from './corpus.ts';
import {agentView} from './corpus-view.ts';
import {plainViews, type PlainView} from './plain-views.ts';

const budgets = [1_000, 2_000, 4_000];
const words = process.argv.slice(2);
const folders = words.filter(word => !word.startsWith('--'));
for (const folder of folders.length > 0 ? folders : ['corpus', 'held-out']) judge(`fixtures/outputs/${folder}`);

function judge(folder: string): void {
  const samples = readCorpus(join(import.meta.dirname, '../..', folder));
  const shown = samples.map(sample => budgets.map(tokens => agentView(sample, tokens)));
  const survived = budgets.map((_, at) => samples.filter((sample, index) => missing(sample, shown[index]![at]!.text).length === 0).length);
  console.log(`| ${samples.length} outputs in \`${folder}\` | tokens, at most | 1k | 2k | 4k |\n| --- | --- | --- | --- | --- |`);
  console.log(row({name: '**agent**', own: null}, survived, samples.length));
  for (const plain of plainViews) console.log(row(plain, bestOf(plain, samples), samples.length));
  console.log('');
  if (words.includes('--failing')) samples.forEach((sample, index) => tellMissing(sample, shown[index]![1]!.text));
  samples.forEach((sample, index) => shown[index]!.forEach(({wrong}, at) => tellWrong(`${sample.name} at ${budgets[at]} tokens`, wrong)));
}

/** For each budget, the better of the view's variants. */
function bestOf({show, own}: PlainView, samples: readonly Sample[]): readonly number[] {
  return budgets.map(tokens => {
    const survivors = show.map(
      show => samples.filter(sample => missing(sample, show(sample.lines, own ?? 4 * tokens)).length === 0).length,
    );
    return Math.max(...survivors);
  });
}

function row({name, own}: Pick<PlainView, 'name' | 'own'>, survived: readonly number[], of: number): string {
  const tokens = own === null ? 'the budget' : (own / 4).toLocaleString('en-US');
  const shares = survived.map(count => `${Math.round((100 * count) / of)} % (${count})`);
  return `| ${name} | ${tokens} | ${shares.join(' | ')} |`;
}

function tellMissing(sample: Sample, text: string): void {
  const numbers = missing(sample, text);
  if (numbers.length === 0) return;
  console.log(`${sample.name}: of ${sample.lines.length} lines ${numbers.length} critical missing at 2k`);
  for (const number of numbers) console.log(`  ${number}: ${sample.lines[number - 1]!.slice(0, 160)}`);
}

function tellWrong(what: string, wrong: readonly string[]): void {
  if (wrong.length === 0) return;
  process.exitCode = 1;
  console.error(`${what}: ${wrong.join('; ')}`);
}
