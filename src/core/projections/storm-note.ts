import type {NoticedStorm} from '../vocabulary/storm.ts';

/** A storm in a sentence for the user. */
export function stormNote(storm: Pick<NoticedStorm, 'kind' | 'times' | 'line'>, pauses: boolean): string {
  return `${happened(storm)} ${pauses ? 'The session is paused: say how to go on.' : 'The model was told.'}`;
}

/** A whole sentence; what it quotes may have its own full stop. */
export function happened({kind, times, line}: Pick<NoticedStorm, 'kind' | 'times' | 'line'>): string {
  const what = kind === 'failure' ? 'The same failure came back' : 'The same call gave the same output';
  return `${what} ${times} times with no file changed in between${line === '' ? '.' : `: ${line.replace(/\.$/, '')}.`}`;
}
