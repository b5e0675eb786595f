import type {NoticedStorm} from '../vocabulary/storm.ts';

/** What the model is told beside a result that it has seen before. It stands in the request, so its words are a part of the assembler's rules. */
export function stormText({kind, times, calls, tried, line, tokens}: NoticedStorm, pauses: boolean): string {
  const what = kind === 'failure' ? 'This failure has now come' : 'This call has now given the same output';
  const among = calls.length > shownCalls ? `…, ${calls.slice(-shownCalls).join(', ')}` : calls.join(', ');
  const parts = [
    `${what} ${times} times (calls ${among}), and no file changed in between: once more will show the same again.`,
    line === '' ? '' : `What fails: ${line}`,
    tried.length < 2 ? '' : `Tried: ${tried.map(title => `\`${title}\``).join(' · ')}`,
    tokens === 0 ? '' : `About ${tokens} tokens went into seeing it again.`,
    pauses
      ? 'The session was paused for the user.'
      : 'Change something first, look at another place, or say what stands in the way and what you need.',
  ];
  return `[${parts.filter(part => part !== '').join(' ')}]`;
}

const shownCalls = 10;
