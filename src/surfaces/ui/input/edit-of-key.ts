import type {Edit} from './editor.ts';
import type {KeyName} from './keys.ts';

/** What a key does to a text, wherever text is written. */
export function editOf(key: KeyName): Edit | null {
  switch (key) {
    case 'left':
    case 'right':
    case 'word-left':
    case 'word-right':
    case 'line-start':
    case 'line-end':
    case 'up':
    case 'down':
      return {do: 'move', to: key};
    case 'backspace':
      return {do: 'delete', what: 'left'};
    case 'delete':
      return {do: 'delete', what: 'right'};
    case 'delete-word-left':
      return {do: 'delete', what: 'word-left'};
    case 'delete-word-right':
      return {do: 'delete', what: 'word-right'};
    case 'delete-to-start':
      return {do: 'delete', what: 'to-line-start'};
    case 'delete-to-end':
      return {do: 'delete', what: 'to-line-end'};
    case 'yank':
      return {do: 'yank'};
    case 'break':
      return {do: 'insert', text: '\n'};
    default:
      return null;
  }
}
