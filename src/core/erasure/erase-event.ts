/** What changes in a log beside the value itself: names that were made of it (of blobs, of failures), by what they are now. */
export type Names = ReadonlyMap<string, string>;

export type EraseText = (text: string) => {text: string; count: number};

/**
 * An event without the value, and in how many places it stood. What the program wrote of its own (types, hashes, ids, numbers) stays, so that the
 * event keeps its shape; whatever a user, a model or a tool said is searched, keys and all.
 */
export function eraseEvent<Event extends {type: string}>(event: Event, erase: EraseText, names: Names): {event: Event; count: number} {
  let count = 0;
  const text = (said: string): string => {
    const erased = erase(said);
    count += erased.count;
    return renamed(erased.text, names);
  };
  const walk = (value: unknown, key: string, isFree: boolean): unknown => {
    if (typeof value === 'string') return isFree || !own.has(key) ? text(value) : (names.get(value) ?? value);
    if (Array.isArray(value)) return value.map(item => walk(item, key, isFree));
    if (typeof value !== 'object' || value === null) return value;
    const free = isFree || said.has(key);
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [free ? text(name) : name, walk(inner, name, free)]));
  };
  const erased = withoutProof(walk(event, '', false) as Event, event);
  return {event: erased, count};
}

/** Below these anything may stand under any name. */
const said = new Set(['input', 'opaque']);

/** What the program itself wrote: none of it is of the user's, the model's or a tool's words. */
const own = new Set(
  `type session run sha256 blob view stdout_sha256 environment charter tools response call calls id tree base head before after policy
  idempotency_key hash was program assembler estimator mode kind settled signal exit stop role layer as worktree access effect by`.split(
    /\s+/,
  ),
);

/** Names are hexadecimal, 16 digits or more: nothing else looks like one by chance. */
function renamed(text: string, names: Names): string {
  if (names.size === 0 || !/[0-9a-f]{16}/.test(text)) return text;
  return text.replaceAll(/(?:s\d+:)?[0-9a-f]{16,64}/g, name => names.get(name) ?? name);
}

/** A provider refuses thinking that is not what it signed: what was changed is told as the thinking of no provider. */
function withoutProof<Event extends {type: string}>(erased: Event, event: Event): Event {
  if (event.type !== 'model.replied' || !('content' in erased) || !('content' in event)) return erased;
  const [before, after] = [event.content, erased.content] as readonly (readonly {type: string; text?: string; provider?: string}[])[];
  const content = after?.map((block, index) =>
    block.type === 'thinking' && JSON.stringify(block) !== JSON.stringify(before?.[index])
      ? {...block, provider: 'redacted', opaque: null}
      : block,
  );
  return {...erased, content};
}
