import type {Line, Span, Tone} from './line.ts';

/** Lines as a terminal takes them. Without `colour` there is no escape sequence in them at all. */
export const toAnsi = (lines: readonly Line[], colour: boolean): string =>
  lines.map(line => line.map(part => (colour ? styled(part) : part.text)).join('')).join('\n');

/** Whether colours are wanted: NO_COLOR and FORCE_COLOR are the user's words, a dumb terminal has none. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

function styled({text, tone, bold, italic, underline, strike, link}: Span): string {
  if (text === '') return '';
  const codes = [
    ...(tone === undefined ? [] : [tones[tone]]),
    ...(bold === true ? [sgr(1, 22)] : []),
    ...(italic === true ? [sgr(3, 23)] : []),
    ...(underline === true ? [sgr(4, 24)] : []),
    ...(strike === true ? [sgr(9, 29)] : []),
  ];
  const open = codes.map(([on]) => on).join('');
  const close = codes
    .toReversed()
    .map(([, off]) => off)
    .join('');
  return link === undefined ? open + text + close : `${osc}8;;${link}${st}${open}${text}${close}${osc}8;;${st}`;
}

const esc = '\u001b';
const osc = `${esc}]`;
const st = `${esc}\\`;
const sgr = (on: number, off: number): readonly [string, string] => [`${esc}[${on}m`, `${esc}[${off}m`];

// The sixteen colours that every palette has chosen for its own background.
const tones: Readonly<Record<Tone, readonly [string, string]>> = {
  accent: sgr(36, 39),
  good: sgr(32, 39),
  bad: sgr(31, 39),
  warning: sgr(33, 39),
  muted: sgr(2, 22),
  code: sgr(36, 39),
};
