import {Stop, type ExitCode} from '../../agent/stop.ts';
import {sha256} from '../../core/log/chain.ts';
import {createRedactor, type RedactorOptions} from '../../core/redaction/redactor.ts';
import {createCutter, type Cut} from '../../core/truncation/cutter.ts';
import type {BlobRef, Sha256} from '../../core/vocabulary/ids.ts';
import type {Blobs} from '../../ports/blobs.ts';
import {isTerminal, openInput, Unreadable} from './excerpt-input.ts';
import {keptIn, type Kept} from './excerpt-keep.ts';
import {chosenPolicy, type ExcerptOptions} from './excerpt-options.ts';
import {refuseSameFile, writeReceipt} from './excerpt-receipt.ts';
import type {Io} from './io.ts';
import {untilInterrupted} from './until-interrupted.ts';

/** What the filter needs of the program: no repository, no model, and a home only to keep the original. */
export type ExcerptPlace = {
  env: Readonly<Record<string, string | undefined>>;
  blobs: () => Promise<Blobs>;
  /** What is masked, and the key of the placeholders: the home's where something is kept there. */
  masking: (keep: boolean) => Promise<RedactorOptions & {refused: string | null}>;
  io: Pick<Io, 'send' | 'progress'>;
};

/**
 * `agent excerpt`: the cutter as a filter. Nothing but the view goes to stdout, and an interrupt shows what came so far. Where the original
 * or the receipt cannot be kept the view is shown all the same, since its input may be gone; then the command fails.
 */
export async function excerpt(options: ExcerptOptions, {env, blobs, masking, io}: ExcerptPlace): Promise<ExitCode> {
  const policy = chosenPolicy(options, env);
  if (options.receipt === '') throw new Stop(2, '--receipt names no file.\nType: agent excerpt --help');
  const input = openInput(options.file);
  if (options.receipt !== null) refuseSameFile(options.receipt, input.fd);
  if (options.file === null && isTerminal()) io.progress('Reading from the terminal: end with Ctrl+D.');
  const masked = options.redact ? await masking(options.keep) : null;
  const redactor = masked === null ? null : createRedactor(masked);
  const keyless = options.keep ? (masked?.refused ?? null) : null;
  const keep = options.keep && keyless === null ? keptIn(await blobs()) : null;
  const cutter = createCutter(policy, label);
  const pass = (bytes: Uint8Array) => {
    const newlines = cutter.push(bytes, 'stdout');
    return keep?.write(bytes, newlines);
  };
  let broken: Unreadable | null = null;
  const read = (stop: AbortSignal) => input.read(bytes => pass(redactor?.push(bytes) ?? bytes), stop);
  const interrupted = await untilInterrupted(stop => read(stop).catch(error => void (broken = unreadable(error))));
  if (redactor !== null) await pass(redactor.flush());
  const cut = {...cutter.finish(), redactions: redactor?.count ?? 0};
  const kept = (await keep?.finish(cut.stdout_sha256)) ?? null;
  await io.send(cut.text);
  const circumstances = {kept, interrupted: interrupted() || broken !== null};
  const unwritten = written(options.receipt, receiptOf(cut, circumstances));
  const unkept = keyless === null ? told(kept, io) : new Stop(1, keyless);
  const wrong = inOne([broken, unwritten, unkept]);
  if (wrong !== null) throw wrong;
  return interrupted() ? 130 : 0;
}

/** There is no call that would bring the lines back: notices only say which they are. */
const label = '';

type Circumstances = {kept: Kept | null; interrupted: boolean};

/** All that is needed to make the view again from the same bytes, and to check that it is the same. `blob` is null where nothing was kept. */
function receiptOf(cut: Cut, {kept, interrupted}: Circumstances): object {
  const {text, same, stdout_sha256, ...rest} = cut;
  const names: {blob: BlobRef | null; view: Sha256} = {
    blob: kept !== null && 'blob' in kept ? kept.blob : null,
    view: same ? stdout_sha256 : sha256(text),
  };
  return {v: 1, stdout_sha256, ...names, label, ...rest, interrupted};
}

function unreadable(error: unknown): Unreadable {
  if (error instanceof Unreadable) return error;
  throw error;
}

function written(file: string | null, receipt: object): Stop | null {
  try {
    if (file !== null) writeReceipt(file, receipt);
    return null;
  } catch (error) {
    if (error instanceof Stop) return error;
    throw error;
  }
}

function told(kept: Kept | null, io: Pick<Io, 'progress'>): Stop | null {
  if (kept === null) return null;
  if ('blob' in kept) {
    io.progress(`Kept: agent audit show ${kept.blob}`);
    return null;
  }
  const {place, message} = kept.refused;
  return new Stop(
    1,
    `The original cannot be kept${place === null ? '' : ` in ${place}`}: ${message}.\nFree space or mend the disk, or name another folder: AGENT_HOME=<folder> agent excerpt --keep`,
    {cause: kept.refused},
  );
}

/** All that could not be done, in one message. */
function inOne(found: readonly (Stop | null)[]): Stop | null {
  const all = found.filter(one => one !== null);
  const [first] = all;
  return first === undefined ? null : new Stop(first.code, all.map(({message}) => message).join('\n'), {cause: first.cause});
}
