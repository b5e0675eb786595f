import {once} from 'node:events';
import type {ServerResponse} from 'node:http';
import {setImmediate as turn, setTimeout as sleep} from 'node:timers/promises';
import type {Chunking, ServerReply} from './reply.ts';

/** Sends a stream in the reply's chunks; cut, ended or held where the reply says so. Each chunk is one of HTTP, so none melts into the next. */
export async function sendStream(
  answer: ServerResponse,
  events: readonly string[],
  reply: ServerReply,
  held: () => Promise<void>,
): Promise<void> {
  const lines = reply.comments === true ? events.flatMap(event => [': still here\n\n', event]) : [...events];
  const parts = lines.map(event => Buffer.from(reply.crlf === true ? event.replaceAll('\n', '\r\n') : event));
  const stops = [reply.cut_after, reply.end_after, typeof reply.hold === 'number' ? reply.hold : undefined].filter(
    stop => stop !== undefined,
  );
  answer.writeHead(200, {'content-type': 'text/event-stream', ...reply.headers});
  answer.flushHeaders();
  let sent = 0;
  for (const chunk of atStops(chunks(parts, reply.chunking ?? 'events'), stops)) {
    if (reply.between_ms !== undefined) await sleep(reply.between_ms);
    if (answer.destroyed) return;
    if (!answer.write(chunk)) await Promise.race([once(answer, 'drain'), once(answer, 'close')]);
    sent += chunk.length;
    if (sent === reply.cut_after || sent === reply.end_after) break;
    if (sent === reply.hold) await held();
  }
  if (reply.cut_after === undefined) return void answer.end();
  // What was written must be on its way before the connection goes.
  await turn();
  answer.destroy();
}

function chunks(parts: readonly Buffer[], chunking: Chunking): Buffer[] {
  const all = Buffer.concat(parts);
  if (chunking === 'events') return [...parts];
  if (chunking === 'whole') return [all];
  if (chunking === 'bytes') return Array.from(all, (_, k) => all.subarray(k, k + 1));
  if ('at' in chunking) return [all.subarray(0, chunking.at), all.subarray(chunking.at)].filter(chunk => chunk.length > 0);
  const sizes = generator(chunking.seed);
  const result: Buffer[] = [];
  for (let k = 0; k < all.length;) {
    const size = 1 + (sizes() % 17);
    result.push(all.subarray(k, k + size));
    k += size;
  }
  return result;
}

/** The same chunks, with a border at each stop. */
function atStops(given: readonly Buffer[], stops: readonly number[]): Buffer[] {
  let at = 0;
  return given.flatMap(chunk => {
    const inside = stops
      .map(stop => stop - at)
      .filter(stop => stop > 0 && stop < chunk.length)
      .toSorted((a, b) => a - b);
    at += chunk.length;
    return [0, ...inside].map((from, k) => chunk.subarray(from, inside[k] ?? chunk.length));
  });
}

/** A linear congruential generator: the same sizes for the same seed, everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 16;
  };
}
