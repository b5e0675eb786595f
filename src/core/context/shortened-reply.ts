import type {Block} from '../vocabulary/block.ts';

/**
 * A reply that would fill the window by itself: every long string in its text and arguments keeps its beginning, and says how much was left
 * out. The log holds the whole. Thinking stays as it is, since providers check it.
 */
export const shortenedReply = (content: readonly Block[]): readonly Block[] => content.map(shortenedBlock);

function shortenedBlock(block: Block): Block {
  switch (block.type) {
    case 'text':
      return {...block, text: shortened(block.text)};
    case 'thinking':
      return block;
    case 'call':
      return {...block, input: within(block.input), ...(block.malformed === undefined ? {} : {malformed: shortened(block.malformed)})};
  }
}

function within(value: unknown): unknown {
  if (typeof value === 'string') return shortened(value);
  if (Array.isArray(value))
    return value.length > longestList
      ? [...value.slice(0, longestList).map(within), `⟨${value.length - longestList} more⟩`]
      : value.map(within);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, within(inner)]));
}

const longestList = 20;
const longest = 600;
const kept = 400;

function shortened(text: string): string {
  return text.length <= longest
    ? text
    : `${text.slice(0, kept).toWellFormed()}⟨… ${text.length - kept} more characters of this are no longer shown⟩`;
}
