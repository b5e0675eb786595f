/** The answer to whoever took the bytes; once it is there, nobody needs them any more. */
export function givenBackAfter<Answer>(bytes: Uint8Array, answer: Answer | Promise<Answer>): Answer | Promise<Answer> {
  if (answer instanceof Promise) return answer.finally(() => giveBack(bytes));
  giveBack(bytes);
  return answer;
}

/** Gives back the memory of bytes that nobody needs any more. The collector would come by only when tens of megabytes of them lie about. */
export function giveBack({buffer, byteLength}: ArrayBufferView): void {
  // Small ones may share their memory with others, and an empty one may be everybody's.
  if (byteLength > 0 && buffer.byteLength === byteLength) freeMemory(buffer);
}

/** Frees memory under all views of it: none of them may be used any more. */
export function freeMemory(buffer: ArrayBufferLike): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
