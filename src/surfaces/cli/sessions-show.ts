import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {grouped} from '../../core/projections/call-title.ts';
import {sessionState, type SessionState} from '../../core/projections/session-state.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {LogDamaged} from '../../ports/catalogue.ts';
import {visible} from '../../core/text/visible.ts';
import {WorktreeRefused, type ChangedFile} from '../../ports/worktree.ts';
import {fileLine} from './file-line.ts';
import {age} from './format/age.ts';
import {money, plural} from './format/amounts.ts';
import {titleLine} from './format/title-line.ts';
import type {Io} from './io.ts';
import {leftOut, leftOutLine} from './left-out.ts';
import {whichSession, type Named} from './named-session.ts';
import {painter, type Paint} from './paint.ts';
import {isKnown} from './session-list.ts';
import {sessionWord} from './session-word.ts';

/** `agent sessions show`. As JSON: `{v: 1, id, title, state, …, usage, files, damaged}`. */
export async function showSession({json, ...named}: Named & {json: boolean}, program: Program, io: Io): Promise<ExitCode> {
  const id = await whichSession(named, program);
  const {state, damaged} = await read(id, program);
  const busy = (await (await program.catalogue()).list()).find(entry => entry.id === id)?.busy ?? false;
  const {files, why} = await changedFiles(state, program);
  const word = damaged === null ? sessionWord(state.turn, busy) : 'damaged';
  if (json) io.print(JSON.stringify(forPrograms(id, state, {word, files, damaged}), null, 2));
  else io.print(lines(id, state, {word, files, paint: painter(io.color.stdout)}).join('\n'));
  if (why !== null && !json) io.progress(`The files could not be compared: ${why}`);
  if (damaged === null) return 0;
  throw new Stop(
    1,
    `Shown is what stands before the damage: ${damaged.message}\nKeep what can be read behind it, too: agent sessions repair ${id}`,
    {cause: damaged},
  );
}

async function read(id: SessionId, program: Program): Promise<{state: SessionState; damaged: LogDamaged | null}> {
  let state = sessionState.initial;
  try {
    for await (const record of (await program.catalogue()).read(id)) if (isKnown(record)) state = sessionState.apply(state, record);
    return {state, damaged: null};
  } catch (error) {
    if (error instanceof LogDamaged) return {state, damaged: error};
    throw error;
  }
}

/** Everything that the session changed, applied or not. */
async function changedFiles(
  {changes}: SessionState,
  program: Program,
): Promise<{files: readonly ChangedFile[] | null; why: string | null}> {
  const {place, base, tree} = changes;
  if (place === null || base === null || tree === null) return {files: [], why: null};
  try {
    return {files: await (await program.worktrees()).changed(place, base, tree), why: null};
  } catch (error) {
    if (error instanceof WorktreeRefused) return {files: null, why: error.message};
    throw error;
  }
}

type Found = {word: string; files: readonly ChangedFile[] | null};

function lines(id: SessionId, {card, usage, changes}: SessionState, {word, files, paint}: Found & {paint: Paint}): string[] {
  const row = (name: string, value: string) => `${paint('dim', name.padEnd(9))}${value}`;
  const applied = changes.history.length === 0 ? [] : [`applied ${plural(changes.history.length, 'time')}`];
  const where = changes.discarded ? 'discarded' : visible(changes.place?.root ?? 'unknown');
  return [
    `${paint('bold', id)}  ${titleLine(card.title) || '(no prompt yet)'}`,
    row('state', [word, plural(card.prompts, 'prompt'), plural(card.steps, 'step')].join(' · ')),
    row('model', `${visible(card.model)} · mode ${card.mode}`),
    row('opened', `${card.opened} (${age(Date.parse(card.opened), Date.now())})`),
    row('changed', `${card.newest} (${age(Date.parse(card.newest), Date.now())})`),
    row('repo', card.repo === null ? '(no repository)' : visible(card.repo)),
    row(changes.place?.kind === 'in-place' ? 'in place' : 'worktree', where),
    row('tokens', `${grouped(usage.input)} in (${grouped(usage.cached)} cached), ${grouped(usage.output)} out · cost ${money(usage.usd)}`),
    row('files', files === null ? 'unknown' : [`${plural(files.length, 'file')} changed`, ...applied].join(' · ')),
    ...(files ?? []).map(file => `  ${fileLine(file, paint)}`),
    ...[leftOutLine(changes)].flatMap(line => (line === null ? [] : [row('left out', line)])),
    row('next', `agent resume ${id} · agent diff ${id} · agent apply ${id}`),
  ];
}

function forPrograms(id: SessionId, {card, usage, changes}: SessionState, {word, files, damaged}: Found & {damaged: LogDamaged | null}) {
  const {title, repo, opened, newest, prompts, steps, model, mode} = card;
  const {input, output, cached, usd} = usage;
  return {
    v: 1,
    id,
    title,
    state: word,
    repo,
    opened,
    changed: newest,
    prompts,
    steps,
    model,
    mode,
    worktree: changes.place === null ? null : {kind: changes.place.kind, root: changes.place.root, discarded: changes.discarded},
    usage: {input, output, cached, usd},
    applied: changes.history.length,
    files,
    left_out: leftOut(changes),
    damaged: damaged === null ? null : {line: damaged.line, why: damaged.message},
  };
}
