/** The answer to whoever took the bytes; once it is there, nobody needs them any more. */
export function givenBackAfter<Answer>(bytes: Uint8Array, answer: Answer | Promise<Answer>): Answer | Promise<Answer> {
  if (answer instanceof Promise) return answer.finally(() => giveBack(bytes));
  giveBack(bytes);
  return answer;
}

/** Gives back the memory of bytes that nobody needs any more. The collector would come by only when tens of megabytes of them lie about. */
export function giveBack({buffer, byteLength}: ArrayBufferView): void {
  // Small ones may share their memory with others, and an empty one may be everybody's.
  if (byteLength > 0 && buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
