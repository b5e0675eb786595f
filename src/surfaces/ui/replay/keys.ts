import type {Key as InkKey} from 'ink';
import {keysOf, type KeyName} from '../input/keys.ts';

/** What the user did in the player. Each character is one: nothing here is typed in words but a search. */
export type PlayerKey =
  | {type: 'char'; char: string}
  | {type: 'press'; key: KeyName | 'page-up' | 'page-down'}
  /** Pasted text is no key: it goes into what is being asked for, or nowhere. */
  | {type: 'paste'; text: string};

export function playerKeysOf(input: string, key: InkKey): readonly PlayerKey[] {
  if (key.eventType === 'release') return [];
  if (key.pageUp) return [{type: 'press', key: 'page-up'}];
  if (key.pageDown) return [{type: 'press', key: 'page-down'}];
  return keysOf(input, key).flatMap((each): readonly PlayerKey[] => {
    if (each.type === 'press') return [each];
    if (each.pasted) return [{type: 'paste', text: each.text}];
    return Array.from(each.text, char => ({type: 'char', char}));
  });
}
