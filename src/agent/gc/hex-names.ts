/** Every run of 40 or 64 hex digits in a stream of bytes, in any cutting of it: the names of blobs and trees, among others of that form. */
export async function hexNames(bytes: AsyncIterable<Uint8Array>, found: (name: string) => void): Promise<void> {
  let rest = '';
  for await (const piece of bytes) {
    const text = rest + Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString('latin1');
    // A run that reaches the end may go on in the next piece; one that is longer than any name is none.
    const open = /[0-9a-f]*$/.exec(text.slice(-longest - 1))?.[0].length ?? 0;
    const whole = text.slice(0, text.length - open);
    for (const [name] of whole.matchAll(names)) found(name);
    rest = text.slice(whole.length);
    if (rest.length > longest) rest = '0'.repeat(longest + 1);
  }
  for (const [name] of rest.matchAll(names)) found(name);
}

const longest = 64;
const names = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])/g;
