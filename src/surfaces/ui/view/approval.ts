import {named} from '../../../core/policy/rules.ts';
import type {ToolCall} from '../../../core/vocabulary/block.ts';
import {riskWords, unseenWarning} from '../../../core/policy/risk-words.ts';
import {holdsUnseen, visible} from '../../../core/text/visible.ts';
import {grantFor, type Asked} from './asked.ts';
import {changeLines} from './diff.ts';
import {span, type Line} from './line.ts';
import {shownLines} from './safe-text.ts';
import {wrap} from './wrap.ts';

/** What is asked: the call as it would run, what it may do, why it is asked about, and the keys. Whatever is cut can be printed whole with `v`. */
export function approvalLines(asked: Asked, {width, height}: {width: number; height: number}): readonly Line[] {
  const {call, verdict} = asked;
  const head: Line = [span('? ', 'warning'), span(`Allow ${visible(call.tool)}?`, {bold: true})];
  const warned = holdsUnseen(call.input) ? wrap([span(`! ${unseenWarning}`, 'warning')], width - 2) : [];
  const about = [
    ...warned,
    ...wrap([span(`It ${riskWords[verdict.risk] ?? visible(verdict.risk)} (${visible(verdict.rule)}).`, 'muted')], width - 2),
  ];
  const whole = choices(asked, width - 2);
  const keys = height >= 3 + about.length + whole.length ? whole : briefChoices(asked, width - 2);
  const room = Math.max(1, height - 1 - about.length - keys.length);
  return [head, ...[...fitted(subjectLines(call, width - 2), room), ...about, ...keys].map(line => [span('  '), ...line])];
}

function subjectLines(call: ToolCall, width: number): readonly Line[] {
  const fields = (typeof call.input === 'object' && call.input !== null ? call.input : {}) as Record<string, unknown>;
  const main = fields['command'] ?? fields['path'];
  const change = changeLines(call, {width, height: 40});
  const rest = change.length > 0 || main !== undefined ? otherFields(fields) : JSON.stringify(call.input);
  return [
    ...(typeof main === 'string'
      ? shownLines(main)
          .split('\n')
          .flatMap(line => wrap([span(line, 'code')], width, {words: false}))
      : []),
    ...(rest === '' ? [] : wrap([span(visible(rest ?? ''), 'muted')], width, {words: false})),
    ...change,
  ];
}

const shownAlready = new Set(['command', 'path', 'old', 'new', 'content', 'patch']);

const otherFields = (fields: Record<string, unknown>): string =>
  Object.entries(fields)
    .filter(([name]) => !shownAlready.has(name))
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ');

/** Both ends stay in sight: the end of a long command says as much as its begin. */
function fitted(lines: readonly Line[], room: number): readonly Line[] {
  if (lines.length <= room) return lines;
  const above = Math.max(0, Math.ceil((room - 1) / 2));
  const below = Math.max(0, room - 1 - above);
  const left = lines.length - above - below;
  return [
    ...lines.slice(0, above),
    [span(`… ${left} more ${left === 1 ? 'line' : 'lines'}: v prints all`, 'warning')],
    ...lines.slice(lines.length - below),
  ];
}

/** For a screen of a few rows. */
function briefChoices(asked: Asked, width: number): readonly Line[] {
  const keys = grantFor(asked) === null ? 'y once · n refuse · e say why' : 'y once · s session · a always · n refuse · e say why';
  return wrap([span(keys, 'accent')], width);
}

function choices(asked: Asked, width: number): readonly Line[] {
  const rule = grantFor(asked);
  const what = rule === null ? '' : visible(named({...rule, effect: 'allow'}).replace(/^allow /, ''));
  const all: readonly (readonly [string, string])[] = [
    ['y', 'allow once'],
    ...(rule === null ? [] : [['s', `allow ${what} in this session`] as const, ['a', 'allow it always in this repository'] as const]),
    ['n', 'refuse'],
    ['e', 'refuse and say why'],
  ];
  return all.flatMap(([key, does]) => wrap([span(key, {tone: 'accent', bold: true}), span(`  ${does}`)], width, {indent: '   '}));
}
