import type {FoundModels, Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import {grouped} from '../../core/projections/call-title.ts';
import {oneLine} from './format/one-line.ts';
import {table, type Cell} from './format/table.ts';
import type {Io} from './io.ts';
import {painter, type Paint} from './paint.ts';

/** `agent models`. As JSON: `{v: 1, default, providers: [FoundModels, …]}`. */
export async function listModels({json}: {json: boolean}, program: Program, io: Io): Promise<ExitCode> {
  const models = await program.models();
  const [providers, usual] = await Promise.all([models.found(), models.usual()]);
  const name = 'failure' in usual ? null : usual.name;
  if (json) {
    io.print(JSON.stringify({v: 1, default: name, providers}, null, 2));
    return 0;
  }
  const paint = painter(io.color.stdout);
  for (const provider of providers) io.print(lines(provider, name, paint).join('\n'));
  if ('failure' in usual) io.progress([usual.failure.message, usual.failure.hint].filter(part => part !== undefined).join('\n'));
  else
    io.progress(
      `New sessions use ${usual.name}. Another one: agent config set model <name>, or -m <name>. Try one: agent models test <name>`,
    );
  return 0;
}

const kinds = {local: 'on this machine', configured: 'from your configuration', keyed: 'its key is set'} as const;

function lines({provider, kind, url, models}: FoundModels, usual: string | null, paint: Paint): string[] {
  const rows = models.map(({name, window, note}): Cell[] => [
    `${provider}/${name}` === usual ? {text: '*', paint: text => paint('green', text)} : '',
    oneLine(`${provider}/${name}`),
    window === null ? '' : `${grouped(window)} tokens`,
    oneLine(note ?? ''),
  ]);
  const listed = table([{title: ''}, {title: ''}, {title: '', align: 'right'}, {title: ''}], rows, {width: Infinity, head: text => text});
  return [`${paint('bold', oneLine(provider))}  ${paint('dim', `${oneLine(url)} · ${kinds[kind]}`)}`, ...listed.map(line => `  ${line}`)];
}
