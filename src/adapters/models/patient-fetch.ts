/** The server sent the request on to somewhere else. */
export class Redirected extends Error {
  override readonly name = 'Redirected';
  constructor(status: number, location: string | null) {
    super(`it answered ${status} and sends on to ${location === null ? 'nowhere' : location.slice(0, 200)}`);
  }
}

/** A reply without end. */
export class TooLong extends Error {
  override readonly name = 'TooLong';
  constructor(bytes: number) {
    super(`the reply was longer than ${Math.round(bytes / 1e6)} MB`);
  }
}

/** No byte came for the time allowed. */
export class IdleStream extends Error {
  override readonly name = 'IdleStream';
  constructor(ms: number) {
    super(`nothing came for ${Math.round(ms / 1000)} s`);
  }
}

/**
 * The global fetch, with two things that the SDKs lack: a body on which no byte arrives for `idle_ms` fails with `IdleStream` (comments and
 * pings count as life), and a server that answers one JSON document although a stream was asked is read as a stream of one event.
 */
export function patientFetch(idle_ms: number): typeof fetch {
  return async (input, init) => {
    // What is said goes to the server that the user chose, and nowhere else.
    const response = await fetch(input, {...init, redirect: 'manual'});
    if (response.status >= 300 && response.status < 400) throw new Redirected(response.status, response.headers.get('location'));
    if (response.body === null) return response;
    const {status, statusText, headers} = response;
    const body = watched(response.body, idle_ms);
    if (!response.ok || !isJson(headers)) return new Response(body, {status, statusText, headers});
    return new Response(`data: ${compact(await new Response(body).text())}\n\ndata: [DONE]\n\n`, {
      headers: {'content-type': 'text/event-stream'},
    });
  };
}

function isJson(headers: Headers): boolean {
  return headers.get('content-type')?.startsWith('application/json') ?? false;
}

/** An event's data ends at the first line break; JSON has none that matter. */
function compact(json: string): string {
  return json.replaceAll(/[\r\n]+/g, ' ');
}

/** Far more than any model writes. */
const longestReply = 64e6;

function watched(body: ReadableStream<Uint8Array<ArrayBuffer>>, idle_ms: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let taken = 0;
  const source = {
    pull: async (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>) => {
      const chunk = await inTime(reader, idle_ms);
      if (chunk.done) controller.close();
      else controller.enqueue(chunk.value);
      taken += chunk.value?.length ?? 0;
      if (taken <= longestReply) return;
      await reader.cancel();
      throw new TooLong(longestReply);
    },
    cancel: (reason: unknown) => reader.cancel(reason),
  };
  return new ReadableStream(source, {highWaterMark: 0});
}

/** A pull that rejects errors the stream, so the reason reaches whoever reads it. */
function inTime<Chunk>(reader: {read: () => Promise<Chunk>; cancel: (reason: unknown) => Promise<void>}, idle_ms: number): Promise<Chunk> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const late = new IdleStream(idle_ms);
      reject(late);
      // The connection is given up: what its cancellation answers no longer matters to anyone.
      reader.cancel(late).catch(() => undefined);
    }, idle_ms);
    reader
      .read()
      .finally(() => clearTimeout(timer))
      .then(resolve, reject);
  });
}
