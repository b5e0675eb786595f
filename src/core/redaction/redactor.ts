import {createHmac} from 'node:crypto';
import {decider, type Decided} from './decide.ts';
import {layersOf, type Behind} from './layers.ts';
import {placeholder, placeholderOf} from './placeholder.ts';
import {followKey, type OpenKey} from './private-key.ts';
import {secretsOf, type Known, type Secrets} from './secrets.ts';
import type {Span} from './span.ts';

/**
 * Masks the secrets of a stream while it goes by. Each pipe is by itself: what it is turned into depends on its bytes alone, not on how they
 * were chunked. Held back is only what may be the beginning of a secret.
 */
export type Redactor = {
  /** Takes the next bytes of a pipe and returns those that can be passed on now, perhaps none. They may be the bytes given. */
  push: (bytes: Uint8Array, stream?: Stream) => Uint8Array;
  /** The pipe has ended: what was held back. */
  flush: (stream?: Stream) => Uint8Array;
  /** Secrets masked so far. */
  readonly count: number;
  /** From now on these values are known. What is held back counts as not seen yet. */
  know: (known: readonly Known[]) => void;
};

export type RedactorOptions = {key: Uint8Array; known: readonly Known[]};
type Stream = 'stdout' | 'stderr';

export function createRedactor({key, known}: RedactorOptions): Redactor {
  const state = {secrets: secretsOf(key, known), count: 0};
  const pipes = {stdout: createPipe(state), stderr: createPipe(state)};
  return {
    push: (bytes, stream = 'stdout') => pipes[stream](bytes, false),
    flush: (stream = 'stdout') => pipes[stream](none, true),
    get count() {
      return state.count;
    },
    know(known) {
      state.secrets = secretsOf(key, known);
    },
  };
}

/** A text by itself, and how many secrets were masked in it. */
export function redactText(text: string, options: RedactorOptions): {text: string; count: number} {
  const redactor = createRedactor(options);
  const all = Buffer.concat([redactor.push(Buffer.from(text)), redactor.flush()]);
  return {text: redactor.count === 0 ? text : all.toString('utf8'), count: redactor.count};
}

const none = Buffer.alloc(0);

type State = {secrets: Secrets; count: number};

function createPipe(state: State): (bytes: Uint8Array, ended: boolean) => Uint8Array {
  // A stream begins like a line: what must stand before a secret may then be nothing.
  const beginning = Buffer.from('\n\n\n\n\n\n\n\n');
  let behind: Behind = {raw: beginning, plain: beginning, run: 0};
  let held: Buffer = none;
  let open: OpenKey | null = null;
  let scratch = Buffer.allocUnsafe(0);

  const joined = (bytes: Uint8Array): Buffer => {
    const size = behind.raw.length + held.length + bytes.length;
    if (scratch.length < size) scratch = Buffer.allocUnsafe(Math.max(size, 4_096));
    scratch.set(behind.raw, 0);
    scratch.set(held, behind.raw.length);
    scratch.set(bytes, behind.raw.length + held.length);
    return scratch.subarray(0, size);
  };

  return (chunk, ended) => {
    if (chunk.length === 0 && !ended) return none;
    const bytes = joined(chunk);
    const layers = layersOf({bytes, length: bytes.length, ended}, behind);
    const passed: Uint8Array[] = [];
    let next: ((from: number) => Decided) | null = null;
    let at = behind.raw.length;
    for (let more = true; more;) {
      more = false;
      if (open !== null) {
        const followed = followKey(open, layers.toPlain(at), layers.plain);
        at = Math.max(at, layers.endOf(followed.at));
        if (!followed.done) break;
        passed.push(Buffer.from(placeholderOf(keyKind, open.hmac)));
        state.count++;
        open = null;
      }
      next ??= decider(layers.scan(at, state.secrets), bytes.length, layers.wholly);
      const {spans, safe, key} = next(at);
      state.count += spans.length;
      for (const span of spans) {
        passed.push(bytes.subarray(at, span.start), labelOf(span, bytes, state.secrets.key));
        at = span.end;
      }
      passed.push(bytes.subarray(at, safe));
      at = safe;
      if (key !== null) {
        open = {hmac: createHmac('sha256', state.secrets.key), inLine: false};
        more = true;
      }
    }
    const whole = at === bytes.length && held.length === 0 && passed.length === 1 && open === null;
    // The scratch is written over by the next bytes: what is passed on, held or remembered is a copy.
    const result = whole ? chunk : Buffer.concat(passed);
    held = Buffer.from(bytes.subarray(at));
    behind = layers.behind(at);
    return result;
  };
}

const keyKind = 'private-key';

function labelOf({start, end, kind, label}: Span, bytes: Buffer, key: Uint8Array): Uint8Array {
  return label ?? Buffer.from(placeholder(kind, bytes.subarray(start, end), key));
}
