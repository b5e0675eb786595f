/** Every run of 40 or 64 hex digits in a stream of bytes, however it is cut: the names of blobs and trees, among others of that form. */
export async function hexNames(bytes: AsyncIterable<Uint8Array>, found: (name: string) => void): Promise<void> {
  let rest = '';
  for await (const piece of bytes) {
    const text = rest + Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1');
    // A run that reaches the end may go on in the next piece.
    const end = text.length - openRun(text);
    for (const [name] of text.slice(0, end).matchAll(names)) found(name);
    // One that is longer than any name is none, however long it gets.
    rest = text.slice(end, end + longest + 1);
  }
  for (const [name] of rest.matchAll(names)) found(name);
}

const longest = 64;
const names = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])/g;

function openRun(text: string): number {
  let start = text.length;
  while (start > 0 && /[0-9a-f]/.test(text[start - 1] ?? '')) start--;
  return text.length - start;
}
