import type {ExitCode} from '../../agent/stop.ts';
import {sha256} from '../../core/log/chain.ts';
import {createRedactor, type RedactorOptions} from '../../core/redaction/redactor.ts';
import {createCutter, type Cut} from '../../core/truncation/cutter.ts';
import type {BlobRef, Sha256} from '../../core/vocabulary/ids.ts';
import type {Blobs} from '../../ports/blobs.ts';
import {isTerminal, openInput} from './excerpt-input.ts';
import {keptIn, type Kept} from './excerpt-keep.ts';
import {chosenPolicy, type ExcerptOptions} from './excerpt-options.ts';
import {refuseUnwritable, writeReceipt} from './excerpt-receipt.ts';
import type {Io} from './io.ts';
import {untilInterrupted} from './until-interrupted.ts';

/** What the filter needs of the program: no repository, no model, and a home only to keep the original. */
export type ExcerptPlace = {
  env: Readonly<Record<string, string | undefined>>;
  blobs: () => Promise<Blobs>;
  /** What is masked, and the key of the placeholders: the home's where something is kept there. */
  masking: (keep: boolean) => Promise<RedactorOptions>;
  io: Pick<Io, 'send' | 'progress'>;
};

/**
 * `agent excerpt`: the cutter as a filter. Nothing but the view goes to stdout, and an interrupt shows what came so far. Where the original
 * or the receipt cannot be kept the view is shown all the same, since its input may be gone; then the command fails.
 */
export async function excerpt(options: ExcerptOptions, {env, blobs, masking, io}: ExcerptPlace): Promise<ExitCode> {
  const policy = chosenPolicy(options, env);
  if (options.receipt !== null) refuseUnwritable(options.receipt);
  const input = openInput(options.file);
  if (options.file === null && isTerminal()) io.progress('Reading from the terminal: end with Ctrl+D.');
  const redactor = options.redact ? createRedactor(await masking(options.keep)) : null;
  const keep = options.keep ? keptIn(await blobs()) : null;
  const cutter = createCutter(policy, label);
  const pass = (bytes: Uint8Array) => {
    const newlines = cutter.push(bytes, 'stdout');
    return keep?.write(bytes, newlines);
  };
  const interrupted = await untilInterrupted(stop => input(bytes => pass(redactor?.push(bytes) ?? bytes), stop));
  if (redactor !== null) await pass(redactor.flush());
  const cut = {...cutter.finish(), redactions: redactor?.count ?? 0};
  const kept = (await keep?.finish(cut.stdout_sha256)) ?? null;
  await io.send(cut.text);
  if (options.receipt !== null) writeReceipt(options.receipt, receiptOf(cut, {kept, interrupted: interrupted()}));
  if (kept !== null) tell(kept, io);
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

function tell(kept: Kept, io: Pick<Io, 'progress'>): void {
  if ('refused' in kept) throw kept.refused;
  io.progress(`Kept: agent audit show ${kept.blob}`);
}
