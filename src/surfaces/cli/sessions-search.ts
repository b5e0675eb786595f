import type {Program} from '../../agent/program.ts';
import {Stop, type ExitCode} from '../../agent/stop.ts';
import {foundIn, kindWord, type FoundText} from '../../core/projections/found-text.ts';
import {visible} from '../../core/text/visible.ts';
import {askedWords} from '../../core/text/words.ts';
import {age} from './format/age.ts';
import {plural} from './format/amounts.ts';
import {oneLine} from './format/one-line.ts';
import type {Io} from './io.ts';
import {painter, type Paint} from './paint.ts';
import {describedAs, rootOf, type DescribedSession} from './session-list.ts';

export type SearchOptions = {query: string; all: boolean; since: string | null; limit: number; json: boolean};

/** A session with the texts in which the words stand, the most telling first. */
export type FoundInSession = {session: DescribedSession; found: readonly FoundText[]};

/**
 * `agent sessions search`: sessions in which every word stands, the newest first. As JSON:
 * `{v: 1, words, sessions: [{id, title, repo, changed, steps, model, state, matches: [{kind, step, text, marks: [{start, end}]}], texts}], more}`.
 */
export async function searchSessions({json, limit, ...options}: SearchOptions, program: Program, io: Io): Promise<ExitCode> {
  const words = askedWords(options.query);
  if (words.length === 0)
    throw new Stop(2, `There is no word in "${oneLine(options.query)}" to look for.\nType: agent sessions search parser crash`);
  const found: FoundInSession[] = [];
  let more = false;
  for await (const session of searched({...options, words, dir: program.cwd}, program)) {
    more = limit > 0 && found.length === limit;
    if (more) break;
    found.push(session);
  }
  if (json) io.print(JSON.stringify({v: 1, words, sessions: found.map(forPrograms), more}, null, 2));
  else if (found.length > 0) io.print(found.map(one => lines(one, painter(io.color.stdout), options.all).join('\n')).join('\n\n'));
  else
    io.progress(
      `No session ${options.all ? '' : 'of this repository '}says ${words.join(' and ')}.${options.all ? '' : ' In those of all: add --all'}`,
    );
  if (more && !json) io.progress('There are more: add --limit 0');
  return 0;
}

type Searching = Pick<SearchOptions, 'all' | 'since'> & {words: readonly string[]; dir: string};

/** The sessions that say all of these words, the newest first. */
export async function* searched({words, dir, all, since}: Searching, program: Program): AsyncGenerator<FoundInSession> {
  const [catalogue, index, root] = await Promise.all([program.catalogue(), program.index(), all ? null : rootOf(dir, program)]);
  const listed = await catalogue.list();
  await index.roots(listed);
  const entries = listed.filter(({changed}) => since === null || changed >= Date.parse(since));
  const of = new Map(entries.map(entry => [entry.id, entry]));
  for await (const {session, said} of index.search({words, root}, entries)) {
    const entry = of.get(session.id);
    const found = foundIn(said, words);
    if (entry !== undefined && found !== null) yield {session: describedAs(entry, session), found};
  }
}

/** Matches that are shown of one session. */
const shown = 3;

function forPrograms({session, found}: FoundInSession): object {
  const {row: _row, bytes: _bytes, parent: _parent, damaged: _damaged, changed, ...rest} = session;
  return {...rest, changed: new Date(changed).toISOString(), matches: found.slice(0, 20), texts: found.length};
}

function lines({session: {id, title, changed, state, repo}, found}: FoundInSession, paint: Paint, all: boolean): string[] {
  const whole = found.find(({kind}) => kind === 'title')?.text;
  // The first prompt is the title, where that was not given another.
  const texts = found.filter(({kind, text}) => kind !== 'title' && text !== whole);
  const said = texts.slice(0, shown);
  const where = all ? [repo === null ? '(no repository)' : oneLine(repo)] : [];
  return [
    `${paint('bold', id)}  ${headed(found, title, paint)}  ${paint('dim', [age(changed, Date.now()), state, ...where].join(' · '))}`,
    ...said.map(text => `  ${paint('dim', `${kindWord(text.kind)}, step ${text.step}:`)} ${markedText(text, paint)}`),
    ...(texts.length > said.length ? [`  ${paint('dim', `and in ${plural(texts.length - said.length, 'text')} more`)}`] : []),
  ];
}

const headed = (found: readonly FoundText[], title: string, paint: Paint): string => {
  const inTitle = found.find(({kind}) => kind === 'title');
  return inTitle === undefined ? title || '(no prompt yet)' : markedText(inTitle, paint);
};

/** What was found stands out; where there is no colour there is nothing to mark it by. */
function markedText({text, marks}: Pick<FoundText, 'text' | 'marks'>, paint: Paint): string {
  let line = '';
  let at = 0;
  for (const {start, end} of marks) {
    line += visible(text.slice(at, start)) + paint('yellow', visible(text.slice(start, end)));
    at = end;
  }
  return line + visible(text.slice(at));
}
