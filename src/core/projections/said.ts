import type {Recorded, SessionEvent} from '../vocabulary/event.ts';
import type {Said, SaidKind} from '../vocabulary/session-row.ts';

/** What a record says, but for the title: that is the session's, whatever it was before. `paths` were said already. */
export function saidIn({event}: Recorded, step: number, paths: ReadonlySet<string>): readonly Said[] {
  switch (event.type) {
    case 'user.prompted':
    case 'user.steered':
      return said('prompt', step + 1, event.text);
    case 'human.answered':
      return event.says === undefined ? [] : said('prompt', step, event.says);
    case 'model.replied':
      return replied(event);
    case 'tool.finished':
      return event.touched.length === 0 ? [] : touched(pathsOf(event), step, paths);
    case 'files.checkpointed':
      return touched(event.changed, event.step, paths);
    default:
      return [];
  }
}

/** Characters of one text that are looked into. */
const most = 20_000;

/** Paths of one session: a step that changes more than that was no work on single files. */
const mostPaths = 2_000;

const said = (kind: SaidKind, step: number, text: string): readonly Said[] =>
  text.trim() === '' ? [] : [{kind, step, text: text.slice(0, most).toWellFormed()}];

function replied({content, step}: Extract<SessionEvent, {type: 'model.replied'}>): readonly Said[] {
  return content.flatMap(block => {
    if (block.type === 'text') return said('answer', step, block.text);
    if (block.type !== 'call' || block.tool !== 'shell') return [];
    const {command} = (block.input ?? {}) as {command?: unknown};
    return typeof command === 'string' ? said('command', step, command) : [];
  });
}

const pathsOf = ({touched: files}: Extract<SessionEvent, {type: 'tool.finished'}>): readonly string[] => files.map(({path}) => path);

function touched(found: readonly string[], step: number, paths: ReadonlySet<string>): readonly Said[] {
  const fresh = new Set(found.filter(path => !paths.has(path)));
  return [...fresh].slice(0, Math.max(0, mostPaths - paths.size)).map(path => ({kind: 'path', step, text: path.toWellFormed()}));
}
