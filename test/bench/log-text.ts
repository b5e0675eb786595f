/** Text like that of big logs, the same on every machine: stretches of one kind of line, and stretches of all of them, with words that vary. */
export function* logText(bytes: number): Generator<Buffer> {
  const below = createRandom();
  const one = <T>(of: readonly T[]): T => of[below(of.length)]!;
  const kinds = lineKinds(below, () => one(words));
  for (let left = bytes; left > 0;) {
    const only = below(3) === 0 ? null : one(kinds);
    const lines = Array.from({length: 4_000}, () => (only ?? one(kinds))());
    const piece = Buffer.from(`${lines.join('\n')}\n`).subarray(0, left);
    left -= piece.length;
    yield piece;
  }
}

function lineKinds(below: (limit: number) => number, word: () => string): readonly (() => string)[] {
  const hex = (digits: number): string => Array.from({length: digits}, () => '0123456789abcdef'[below(16)]).join('');
  const time = (): string => `10:${10 + below(50)}:${10 + below(50)}`;
  return [
    () =>
      `10.${below(256)}.${below(256)}.${below(256)} - - [20/Nov/2026:${time()} +0000] "GET /api/v${below(3)}/${word()}/${below(100_000)} HTTP/1.1" ${below(200) === 0 ? 500 : 200} ${below(90_000)} "-" "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101"`,
    () =>
      `2026-11-20T${time()}.${100 + below(900)}Z INFO  [worker-${below(16)}] com.example.${word()}.${word()} - processed ${word()} ${below(1_000_000)} in ${below(900)} ms`,
    () =>
      `{"level":"info","ts":${1_700_000_000 + below(1_000_000)},"msg":"request done","path":"/${word()}/${word()}","status":200,"id":"${hex(16)}","ms":${below(500)}}`,
    () => `gcc -DHAVE_CONFIG_H -I. -I../include -O2 -Wall -Werror -g -fPIC -c -o ${word()}/${word()}.o ../src/${word()}/${word()}.c`,
    () => `  CC       src/${word()}/${word()}_${word()}.o`,
    () => `src/${word()}/${word()}.c:${below(2_000)}:${below(80)}: warning: unused variable '${word()}' [-Wunused-variable]`,
    () => `test ${word()}::${word()}::${word()}_${word()} ... ok`,
    () => `ok ${below(100_000)} - ${word()} ${word()} handles ${word()} with ${word()}`,
    () =>
      `npm http fetch GET 200 https://registry.example.org/${word()}-${word()}/-/${word()}-${below(9)}.${below(20)}.${below(9)}.tgz ${below(2_000)}ms (cache miss)`,
  ];
}

const words =
  'alpha beta gamma delta config user order cart payment index search login profile image upload queue worker cache mail export report invoice session token item list detail admin health metric'.split(
    ' ',
  );

/** mulberry32: numbers below a limit, always the same ones. */
function createRandom(): (limit: number) => number {
  let state = 1;
  return limit => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
