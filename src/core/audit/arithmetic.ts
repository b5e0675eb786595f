import {sha256} from '../log/chain.ts';
import type {Excerpt, Window} from '../vocabulary/excerpt.ts';

/** What in a receipt contradicts itself: found without its bytes and whatever policy it was made under. */
export function contradictions(receipt: Excerpt): readonly string[] {
  return [...inSums(receipt), ...inWindows(receipt), ...inStreams(receipt)];
}

function inSums(receipt: Excerpt): readonly string[] {
  const {kept_head_lines, kept_tail_lines, truncated, truncated_lines_count, windows, total, blob, stdout_sha256} = receipt;
  const lines = (why: Window['why']) =>
    windows.filter(window => window.why === why).reduce((sum, {first, last}) => sum + last - first + 1, 0);
  const kept = kept_head_lines + kept_tail_lines + lines('salient');
  return [
    ...(kept + truncated_lines_count === total.lines
      ? []
      : [`${kept} lines kept and ${truncated_lines_count} dropped are not its ${total.lines} lines`]),
    ...(lines('head') === kept_head_lines
      ? []
      : [`its head windows have ${lines('head')} lines, and kept_head_lines is ${kept_head_lines}`]),
    ...(lines('tail') === kept_tail_lines
      ? []
      : [`its tail windows have ${lines('tail')} lines, and kept_tail_lines is ${kept_tail_lines}`]),
    ...(truncated === truncated_lines_count > 0 ? [] : [`truncated is ${truncated} with ${truncated_lines_count} lines dropped`]),
    ...(blob === stdout_sha256 ? [] : ['its blob is not its stdout_sha256']),
  ];
}

function inWindows({windows, total}: Excerpt): readonly string[] {
  let end = 0;
  let last = 0;
  const problems: string[] = [];
  for (const [index, window] of windows.entries()) {
    const here = `window ${index + 1} (bytes ${window.start} to ${window.end}, lines ${window.first} to ${window.last})`;
    if (window.start >= window.end || window.first > window.last || window.first < 1) problems.push(`${here} is empty`);
    if (window.start < end || window.first <= last) problems.push(`${here} does not come after the one before it`);
    if (window.end > total.bytes || window.last > total.lines) problems.push(`${here} goes past the end`);
    ({end, last} = window);
  }
  return problems;
}

/** An unterminated line counts in its own pipe, and in the whole only where it came last. */
function inStreams({streams: {stdout, stderr}, total, stdout_sha256}: Excerpt): readonly string[] {
  const more = stdout.lines + stderr.lines - total.lines;
  const silent = [stdout, stderr].filter(({bytes}) => bytes === 0);
  const alone = stderr.bytes === 0 ? stdout : stderr;
  return [
    ...(stdout.bytes + stderr.bytes === total.bytes ? [] : ['the bytes of its two pipes are not its bytes']),
    ...(more === 0 || more === 1 ? [] : ['the lines of its two pipes are not its lines']),
    ...(silent.every(({sha256: hash, lines}) => hash === nothing && lines === 0)
      ? []
      : ['a pipe that printed nothing has lines or a hash']),
    ...(silent.length === 0 || alone.sha256 === stdout_sha256 ? [] : ['its only pipe has another sha256 than the whole']),
  ];
}

const nothing = sha256('');
