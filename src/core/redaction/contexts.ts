import {base64, bytesOf, type ByteClass} from './byte-class.ts';
import type {Entry} from './find-words.ts';
import type {Looking} from './find-tokens.ts';
import type {Judged} from './judged.ts';
import {hasVariety} from './match-format.ts';

/** A secret that is known by what stands before it: a word, then what `lead` takes, then the value. Only the value is masked. */
export type Context = Entry & {
  kind: string;
  lead: RegExp;
  value: {of: ByteClass; least: number; most: number};
  holds: (value: string) => boolean;
};

const opaque = bytesOf('0-9', 'A-Z', 'a-z', '._~+/=-');
const path = bytesOf('0-9', 'A-Z', 'a-z', '_/-');
const assigned = /["'\\]{0,4}[ \t]{0,8}[:=,>|]{1,2}[ \t]{0,8}["'\\]{0,4}/y;
const nothing = /(?:)/y;

const after = (words: readonly string[], context: Omit<Context, 'word'>): Context[] =>
  words.map(word => ({...context, word: Buffer.from(word)}));

export const contexts: readonly Context[] = [
  ...after(['Bearer ', 'bearer ', 'BEARER '], {
    kind: 'bearer',
    lead: / {0,3}/y,
    value: {of: opaque, least: 16, most: 4_096},
    holds: looksOpaque,
  }),
  ...after(['uthorization', 'UTHORIZATION'], {
    kind: 'authorization',
    lead: /["'\\]{0,4} {0,4}[:=,] {0,4}["'\\]{0,4}(?:basic|token|apikey|key|bot) {1,4}/iy,
    value: {of: opaque, least: 8, most: 4_096},
    holds: looksOpaque,
  }),
  ...after(['x-api-key', 'X-Api-Key', 'X-API-Key', 'X-API-KEY', 'private-token', 'PRIVATE-TOKEN', 'Private-Token'], {
    kind: 'api-key',
    lead: assigned,
    value: {of: opaque, least: 16, most: 1_024},
    holds: looksOpaque,
  }),
  ...after(['ecret_access_key', 'ecretAccessKey', 'ECRET_ACCESS_KEY', 'ecret access key', 'ecret Access Key'], {
    kind: 'aws-secret',
    lead: assigned,
    value: {of: base64, least: 40, most: 40},
    holds: looksOpaque,
  }),
  ...after(['ession_token', 'essionToken', 'ESSION_TOKEN'], {
    kind: 'session-token',
    lead: assigned,
    value: {of: base64, least: 100, most: 4_096},
    holds: looksOpaque,
  }),
  ...after(['AccountKey=', 'AccessKey='], {
    kind: 'azure-key',
    lead: nothing,
    value: {of: base64, least: 40, most: 100},
    holds: looksOpaque,
  }),
  ...after(['hooks.slack.com/services/', 'discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'], {
    kind: 'webhook',
    lead: nothing,
    value: {of: path, least: 24, most: 300},
    holds: looksOpaque,
  }),
];

/** A word is followed by its secret, or nothing. Words are to be given in their order. */
export function lookBehind(context: Context, start: number, looking: Looking & {judged: Judged<Context>}): void {
  const {kind, word, lead, value, holds} = context;
  const {text, from, spans, undecided, stretches, judged} = looking;
  const {bytes, length, ended} = text;
  const after = start + word.length;
  lead.lastIndex = 0;
  const led = lead.exec(bytes.toString('latin1', after, Math.min(length, after + 48)));
  if (led === null) return;
  const at = after + led[0].length;
  if (at < from) return;
  const end = stretches.end(value.of, at, Math.min(length, at + value.most + 1));
  if (end - at > value.most) return;
  if (end === length && !ended) return void undecided.push(at);
  if (end - at < value.least || judged.before(context, {start: at, end})) return;
  judged.remember(context, {start: at, end});
  if (holds(bytes.toString('latin1', at, end))) spans.push({start: at, end, kind});
}

/** Words have no digits, or stand between separators; names in capitals and what a manual writes have few different characters. */
function looksOpaque(value: string): boolean {
  if (!hasVariety(value)) return false;
  return /\d/.test(value) || (/[a-z][A-Z]/.test(value) && /[A-Z]{2}|[a-z][A-Z][a-z][A-Z]/.test(value)) || value.endsWith('=');
}
