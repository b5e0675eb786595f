import type {Block} from '../../core/vocabulary/block.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';

/** What a recorded call names and is somewhere else now: the session's own folders, and the outputs of its earlier calls. */
export type Moved = {roots: readonly {from: string; to: string}[]; outputs: () => ReadonlyMap<BlobRef, BlobRef>};

/** A reply whose calls name the folders and the outputs of this run: the recorded ones are another session's, and stay as they are. */
export function relocated(content: readonly Block[], moved: Moved): readonly Block[] {
  return content.map(block => (block.type === 'call' ? {...block, input: inputMoved(block.input, moved)} : block));
}

function inputMoved(input: unknown, moved: Moved): unknown {
  if (typeof input === 'string') return textMoved(input, moved);
  if (Array.isArray(input)) return input.map(item => inputMoved(item, moved));
  if (typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, name === 'output' ? outputMoved(value, moved) : inputMoved(value, moved)]),
  );
}

function textMoved(text: string, {roots}: Moved): string {
  return roots.reduce((moved, {from, to}) => (moved.includes(from) ? moved.replaceAll(wholePath(from), () => to) : moved), text);
}

/** The folder itself or what is in it, and not another whose name begins with its. */
function wholePath(path: string): RegExp {
  return new RegExp(`${path.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\w.-]*\\w)`, 'g');
}

/** Where `output` is a sha256, or the beginning of one, it is that of an output. */
function outputMoved(value: unknown, {outputs}: Moved): unknown {
  if (typeof value !== 'string' || !/^[0-9a-f]{8,64}$/.test(value)) return value;
  for (const [from, to] of outputs()) if (from.startsWith(value)) return to.slice(0, value.length);
  return value;
}
