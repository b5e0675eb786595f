import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {isHomeEvent} from '../../core/log/event-types.ts';
import {visibleLines} from '../../core/text/visible.ts';
import type {Sha256} from '../../core/vocabulary/ids.ts';
import type {LoadedConfig} from '../../ports/config.ts';
import {confirmed} from './confirm.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';
import {painter} from './paint.ts';
import {rootOf} from './session-list.ts';

/** `agent config trust`: what the repository's own file grants counts from now on, until its content changes. */
export async function trustConfig({yes}: {yes: boolean}, program: Program, io: Io): Promise<ExitCode> {
  const {ignored} = await program.settings({dir: program.cwd, file: null, flags: {}});
  if (ignored.length === 0) {
    io.progress(
      'Nothing waits for your trust: this repository has no configuration of its own, it only tightens, or you trusted it already.',
    );
    return 0;
  }
  for (const file of ignored) await show(file, io);
  if (!(await confirmed('Let this count, as long as the file stays as it is?', {yes, io}))) {
    io.progress('Nothing was trusted.');
    return 1;
  }
  const catalogue = await program.catalogue();
  for (const {file, sha256} of ignored) await catalogue.note({type: 'config.trusted', path: file, sha256: sha256 as Sha256});
  io.progress('Trusted. Take it back: agent config distrust');
  return 0;
}

/** `agent config distrust`. */
export async function distrustConfig(program: Program, io: Io): Promise<ExitCode> {
  const folder = join(await rootOf(program.cwd, program), '.agent');
  const trusted = [...(await trustedFiles(program))].filter(path => path.startsWith(folder));
  if (trusted.length === 0) {
    io.progress(`No configuration of this repository is trusted (${folder}).`);
    return 0;
  }
  const catalogue = await program.catalogue();
  for (const path of trusted) {
    await catalogue.note({type: 'config.distrusted', path});
    io.progress(`${path} can only tighten from now on.`);
  }
  return 0;
}

async function show({file, keys, sha256}: LoadedConfig['ignored'][number], io: Io): Promise<void> {
  const bytes = await readFile(file);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Stop(1, `${file} changed while it was read.\nType the same again.`);
  const paint = painter(io.color.stdout);
  io.print(`${paint('bold', file)}\nsha256 ${sha256}\n`);
  io.print(visibleLines(bytes.toString('utf8')).replaceAll(/^/gm, '  ').trimEnd());
  io.print(`\nWould count: ${keys.map(oneLine).join(', ')}`);
}

async function trustedFiles(program: Program): Promise<ReadonlySet<string>> {
  const trusted = new Set<string>();
  for await (const {event} of (await program.catalogue()).home()) {
    if (!isHomeEvent(event)) continue;
    if (event.type === 'config.trusted') trusted.add(event.path);
    if (event.type === 'config.distrusted') trusted.delete(event.path);
  }
  return trusted;
}
