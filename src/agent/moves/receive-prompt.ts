import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {SessionSettings} from '../../core/vocabulary/settings.ts';
import {promptLabel} from '../../core/projections/outputs.ts';
import {tokensOf} from '../../core/truncation/estimate.ts';
import {promptPolicy} from '../../core/truncation/policies.ts';
import {capture} from '../capture.ts';
import type {Ports} from '../ports.ts';

/**
 * A prompt that would fill the window is kept whole as a blob, and its excerpt stands in the request; the model can page through the rest.
 * `redactions` is how many secrets were masked in it before.
 */
export async function receivePrompt(
  text: string,
  {ports, settings, redactions}: {ports: Ports; settings: SessionSettings; redactions: number},
): Promise<{text: string; whole?: Excerpt}> {
  const bytes = Buffer.from(text.toWellFormed());
  if (tokensOf(bytes.length) <= Math.floor(settings.context.window / 4)) return {text: text.toWellFormed()};
  const {max_stored, min_free} = settings.output;
  const captured = capture({
    blobs: ports.blobs,
    policy: promptPolicy,
    label: promptLabel,
    maxStored: max_stored,
    minFree: min_free,
    freeDisk: ports.freeDisk,
  });
  await captured.out(bytes, 'stdout');
  const whole = {...(await captured.finish()), redactions};
  return {text: `${captured.text}\n⟨The whole prompt: read_output {"output":"${whole.blob}"}⟩`, whole};
}
