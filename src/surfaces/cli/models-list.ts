import type {ExitCode, FoundModels, Program} from '../../agent/program.ts';
import {grouped} from '../../core/projections/call-title.ts';
import {oneLine} from './format/one-line.ts';
import {table, type Cell} from './format/table.ts';
import type {Io} from './io.ts';
import {painter, type Paint} from './paint.ts';

/** `agent models`. As JSON: `{v: 1, default, providers: [FoundModels, …]}`. */
export async function listModels({json}: {json: boolean}, program: Program, io: Io): Promise<ExitCode> {
  const models = await program.models();
  const [found, usual] = await Promise.all([models.found(), models.usual()]);
  const providers = found.toSorted((a, b) => Number(b.local) - Number(a.local));
  const name = 'failure' in usual ? null : usual.name;
  if (json) {
    io.print(JSON.stringify({v: 1, default: name, providers}, null, 2));
    return 0;
  }
  const paint = painter(io.color.stdout);
  for (const provider of providers) io.print(lines(provider, name, paint).join('\n'));
  if ('failure' in usual) io.progress([usual.failure.message, usual.failure.hint].filter(part => part !== undefined).join('\n'));
  else io.progress(`New sessions use ${usual.name}. Another one: agent config set model <name>, or -m <name>. Try one: agent models test <name>`);
  return 0;
}

function lines({provider, url, local, key, models, problem}: FoundModels, usual: string | null, paint: Paint): string[] {
  const where = [oneLine(url), local ? 'local' : `key ${key}`].join(' · ');
  const head = `${paint('bold', oneLine(provider))}  ${paint('dim', where)}`;
  const rows = models.map(({name, window, note}): Cell[] => [
    name === usual ? {text: '*', paint: text => paint('green', text)} : '',
    oneLine(name),
    window === null ? '' : `${grouped(window)} tokens`,
    oneLine(note ?? ''),
  ]);
  const listed = table([{title: ''}, {title: ''}, {title: '', align: 'right'}, {title: ''}], rows, {width: Infinity, head: text => text});
  return [head, ...listed.map(line => `  ${line}`), ...(problem === null ? [] : [`  ${paint('yellow', oneLine(problem))}`])];
}
