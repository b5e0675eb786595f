import {writeSync} from 'node:fs';
import {excerpt} from '../surfaces/cli/excerpt.ts';
import {quickOptions, type ExcerptOptions} from '../surfaces/cli/excerpt-options.ts';
import {processIo, type Io} from '../surfaces/cli/io.ts';
import {agentHome} from './home.ts';
import {masking} from './masking.ts';
import {startFolder} from './start-folder.ts';

// The start of `agent excerpt` with its usual options: it stands in pipes, where every start counts. All else is the whole program's to answer.
const options = quickOptions(process.argv.slice(3));
if (options === null) await import('./agent.ts');
else process.exitCode = await run(options);

async function run(options: ExcerptOptions): Promise<number> {
  const {env} = process;
  // Node's streams are made only where there is something to say: to make them takes longer than to cut a log.
  let made: Io | null = null;
  const io = () => (made ??= processIo());
  const blobs = async () => (await import('../adapters/session/blob-store.ts')).blobStore(`${agentHome(env)}/blobs`);
  const place = {
    env,
    blobs,
    masking: async (keep: boolean) => masking(keep, {home: agentHome(env), env, cwd: startFolder()}),
    io: {progress: (text: string) => io().progress(text), send: (bytes: Uint8Array | string) => send(Buffer.from(bytes), io)},
  };
  try {
    return await excerpt(options, place);
  } catch (error) {
    const {report} = await import('../surfaces/cli/failures.ts');
    return report(error, {io: io(), debug: env['AGENT_DEBUG'] === '1'});
  }
}

async function send(bytes: Buffer, io: () => Io): Promise<void> {
  let at = 0;
  try {
    while (at < bytes.length) at += writeSync(1, bytes, at);
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    // A pipe that is full for now, or a failure: streams know what to do. Nobody reading any more is none.
    if (code !== 'EPIPE') await io().send(bytes.subarray(at));
  }
}
