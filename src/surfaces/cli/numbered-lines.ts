import type {LineRun} from '../../core/truncation/dropped.ts';

/** Each line with its number and a tab before it, its bytes as they are. `bytes` are the lines of the runs, one behind the other. */
export async function* numberedLines(bytes: AsyncIterable<Uint8Array>, runs: readonly LineRun[]): AsyncGenerator<Uint8Array> {
  const numberOf = lineNumbers(runs);
  let [line, inside] = [1, false];
  for await (const chunk of bytes) {
    const pieces: Uint8Array[] = [];
    for (let from = 0; from < chunk.length;) {
      const end = chunk.indexOf(newline, from) + 1 || chunk.length;
      if (!inside) pieces.push(Buffer.from(`${numberOf(line)}\t`));
      pieces.push(chunk.subarray(from, end));
      inside = chunk[end - 1] !== newline;
      if (!inside) line++;
      from = end;
    }
    yield Buffer.concat(pieces);
  }
}

/** Of these lines only those whose places among them come from `wanted`, ascending. */
export async function* wantedLines(
  bytes: AsyncIterable<Uint8Array>,
  runs: readonly LineRun[],
  wanted: AsyncIterable<number>,
): AsyncGenerator<Uint8Array> {
  const numberOf = lineNumbers(runs);
  const places = wanted[Symbol.asyncIterator]();
  const next = async (): Promise<number> => {
    const {done, value} = await places.next();
    return done === true ? Infinity : value;
  };
  let [line, inside] = [1, false];
  let place = Infinity;
  try {
    place = await next();
    for await (const chunk of place === Infinity ? [] : bytes) {
      const pieces: Uint8Array[] = [];
      for (let from = 0; from < chunk.length && place !== Infinity;) {
        const end = chunk.indexOf(newline, from) + 1 || chunk.length;
        const ended = chunk[end - 1] === newline;
        if (line === place) pieces.push(...(inside ? [] : [Buffer.from(`${numberOf(line)}\t`)]), chunk.subarray(from, end));
        if (line === place && ended) place = await next();
        inside = !ended;
        if (ended) line++;
        from = end;
      }
      if (pieces.length > 0) yield Buffer.concat(pieces);
      if (place === Infinity) return;
    }
  } finally {
    await places.return?.();
  }
}

const newline = 0x0a;

/** The number in the stored stream of the n-th line of the runs; asked in ascending order. */
function lineNumbers(runs: readonly LineRun[]): (place: number) => number {
  let [index, before] = [0, 0];
  return place => {
    for (let run = runs[index]; run !== undefined; run = runs[++index]) {
      const count = run.last - run.first + 1;
      if (place <= before + count) return run.first + place - before - 1;
      before += count;
    }
    throw new Error(`there is no line ${place} in these runs`);
  };
}
