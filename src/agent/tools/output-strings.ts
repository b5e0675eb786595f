import type {Ending} from '../tool.ts';
import {failed} from './failed.ts';
import {PAGE_BYTES, type Opened} from './opened-output.ts';

/** What an output that is not text is, how the user sees it, and a page of the texts in it, each after the byte where it begins. */
export async function outputStrings(opened: Opened, kind: string, column: number): Promise<Ending> {
  const {name, start, size, call} = opened;
  const begin = start + column - 1;
  if (begin >= size.bytes) return failed('past-end', `Output ${name} has ${size.bytes} bytes; there is no byte ${begin + 1}.`);
  const {lines, next} = await texts(opened, begin);
  if (call.signal.aborted) return failed('interrupted', 'The reading was interrupted.');
  const what = `output ${name} is ${kind}, ${size.bytes} bytes; not shown as text. The user sees it with: agent audit show ${name}\n`;
  const found =
    lines.length === 0 ? `no text in it from byte ${begin + 1} on\n` : `texts in it from byte ${begin + 1} on:\n${lines.join('')}`;
  const more = next === null ? '' : `[to read on: column: ${next + 1}]\n`;
  await call.out(what + found + more);
  return {kind: 'done'};
}

type Found = {lines: readonly string[]; next: number | null};

/** Runs of letters and signs, also in UTF-16. `next` is the byte to go on from, null at the end. */
async function texts({ref, size, world, call}: Opened, begin: number): Promise<Found> {
  const lines: string[] = [];
  let [held, at, used] = ['', begin, 0];
  for await (const bytes of world.blobs.read(ref, {start: begin, end: size.bytes})) {
    held += Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const over = at + held.length >= size.bytes;
    const whole = over ? held.length : held.length - openEnd(held);
    for (const {0: run, index} of held.slice(0, whole).matchAll(RUN)) {
      const line = `${at + index + 1}\t${shortened(run.replaceAll('\0', ''))}\n`;
      used += line.length;
      if (used > PAGE_BYTES) return {lines, next: at + index};
      lines.push(line);
    }
    [held, at] = [held.slice(whole), at + whole];
    if (call.signal.aborted || at - begin >= MOST_LOOKED_AT) return {lines, next: over ? null : at};
  }
  return {lines, next: null};
}

const RUN = /(?:[\t -~]\0){6,}|[\t -~]{6,}/g;
const LONGEST = 300;
const MOST_LOOKED_AT = 64 * 1024 * 1024;

/** How many bytes at the end may belong to a text that goes on in what comes next. */
function openEnd(text: string): number {
  let at = text.length;
  while (at > 0 && text.length - at < LONGEST && OPEN.test(text[at - 1] ?? '')) at--;
  return text.length - at;
}

const OPEN = /[\0\t -~]/;

const shortened = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`);
