import {sha256} from '../../core/log/chain.ts';
import type {OutputBlobs} from '../../core/projections/output-blobs.ts';
import {keptFromSearch} from '../../core/policy/rules.ts';
import {calledAs} from '../../core/storms/called.ts';
import {signatureOf} from '../../core/storms/failure.ts';
import {defaultPolicy, withTokens} from '../../core/truncation/policies.ts';
import type {ToolCall} from '../../core/vocabulary/block.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {BlobRef} from '../../core/vocabulary/ids.ts';
import type {FileTouch, Outcome} from '../../core/vocabulary/outcome.ts';
import {BlobDamaged, BlobRefused} from '../../ports/blobs.ts';
import {LogRefused} from '../../ports/log.ts';
import {capture, type Capture} from '../capture.ts';
import {commandPlace} from '../command-place.ts';
import {maskedFailure, maskedGroup, redactorIn} from '../masking.ts';
import type {Scene} from '../scene.ts';
import type {Ending, Tool, World} from '../tool.ts';
import {readInput} from './judge-call.ts';
import {gatesOpened} from './lost-subjects.ts';

/**
 * Runs one allowed call. Its start is on the disk before its effect; its bytes go through the cutter and the blob store, whatever the tool
 * is; how it ended is recorded last.
 */
export async function runTool(call: ToolCall, scene: Scene): Promise<void> {
  const {ports, state, record} = scene;
  const signal = scene.signal();
  const tool = ports.tools.find(({name}) => name === call.tool);
  const session = state().opened?.session;
  if (tool === undefined || session === undefined || signal.aborted) return;
  const key = sha256(JSON.stringify([session, call.id]));
  record({type: 'tool.started', call: call.id, idempotency_key: key});
  await ports.log.sync();
  const touched: FileTouch[] = [];
  const captured = captureFor(tool, call, scene);
  let heard = ports.clock.elapsed();
  const hears = () => void (heard = ports.clock.elapsed());
  try {
    const ending = await run(tool, call, {scene, signal, key, captured, touched, hears});
    const quiet_ms = Math.max(0, Math.round(ports.clock.elapsed() - heard));
    const outcome = signed(await conclude(ending, captured, scene), {call, quiet_ms, text: () => captured.text});
    const opened = await gatesOpened(call, outcome, scene);
    record({type: 'tool.finished', call: call.id, outcome, touched}, ...opened());
  } finally {
    await captured.abandon();
  }
}

type Run = {scene: Scene; signal: AbortSignal; key: ReturnType<typeof sha256>; captured: Capture; touched: FileTouch[]; hears: () => void};

async function run(tool: Tool, call: ToolCall, {scene, signal, key, captured, touched, hears}: Run): Promise<Ending> {
  const input = readInput(tool, call);
  if ('failure' in input) return {kind: 'failed', error: input.failure};
  const {record} = scene;
  try {
    return await tool.run(input.value, worldOf(scene), {
      id: call.id,
      idempotency_key: key,
      signal,
      out: (data, stream = 'stdout') => {
        const bytes = typeof data === 'string' ? Buffer.from(data) : data;
        hears();
        return captured.out(bytes, stream);
      },
      spawned: group => record({type: 'process.spawned', call: call.id, group: maskedGroup(group, scene)}),
      ended: (group, by) => record({type: 'process.ended', group: maskedGroup(group, scene), by}),
      touched: touch => void touched.push(touch),
    });
  } catch (error) {
    if (error instanceof LogRefused) throw error;
    return {
      kind: 'failed',
      error: {code: 'tool-failed', message: error instanceof Error ? error.message : String(error), retryable: false},
    };
  }
}

/** Where the output could not be kept, the call has failed, whatever it did: nothing is shown that cannot be proven. */
async function conclude(ending: Ending, captured: Capture, scene: Scene): Promise<Outcome> {
  let shown: Excerpt;
  try {
    shown = await captured.finish();
  } catch (error) {
    if (!(error instanceof BlobRefused || error instanceof BlobDamaged)) throw error;
    const message = `Its output could not be stored (${error.message}), so nothing of it is shown. It may have taken effect: look before you go on.`;
    const hint = 'Print less when you run anything more. Where that cannot be stored either, tell the user to free space.';
    return {kind: 'failed', error: {code: 'output-not-stored', message, hint, retryable: false}};
  }
  if (ending.kind === 'failed') return {...ending, error: maskedFailure(ending.error, scene), ...(shown.total.bytes === 0 ? {} : {shown})};
  return ending.kind === 'ran'
    ? {...ending, left_running: ending.left_running.map(group => maskedGroup(group, scene)), shown}
    : {...ending, shown};
}

/** What failed is told by the text that the model is shown: whatever reads the log later needs no blob to see that it came back. */
function signed(outcome: Outcome, {call, quiet_ms, text}: {call: ToolCall; quiet_ms: number; text: () => string}): Outcome {
  if (outcome.kind !== 'ran' && outcome.kind !== 'failed') return outcome;
  const shown = outcome.kind === 'ran' ? text() : '';
  const signature = signatureOf(outcome, shown, calledAs(call, []).key);
  return {
    ...outcome,
    ...(signature === null ? {} : {signature}),
    ...(outcome.kind === 'ran' && outcome.settled !== 'exit' ? {quiet_ms} : {}),
  };
}

function captureFor(tool: Tool, call: ToolCall, scene: Scene): Capture {
  const {ports, state, show} = scene;
  const output = state().settings?.output;
  if (output === undefined) throw new Error('The session has not been opened.');
  const policy = tool.policy.version === defaultPolicy.version ? withTokens(tool.policy, output.tokens) : tool.policy;
  return capture({
    blobs: ports.blobs,
    policy,
    label: call.id,
    maxStored: output.max_stored,
    minFree: output.min_free,
    freeDisk: ports.freeDisk,
    redactor: redactorIn(scene, call.input),
    readers: ports.lines,
    passed: (bytes, stream) => show({type: 'output', call: call.id, stream, bytes}),
  });
}

function worldOf({ports, state}: Scene): World {
  const {settings, grants, changes, files, outputs} = state();
  if (settings === null || changes.place === null) throw new Error('The session has not been opened.');
  const {place} = changes;
  return {
    files: ports.files(place, settings.add_dirs),
    search: ports.search(place),
    shell: ports.shell,
    blobs: ports.blobs,
    ...commandPlace({ports, state}),
    root: place.root,
    shell_timeout_ms: settings.shell.timeout_ms,
    seen: shown => files.get(shown) ?? null,
    withheld: shown => keptFromSearch([...settings.rules, ...grants], shown),
    outputs: name => outputsNamed(name, outputs),
  };
}

/** A prompt that was too large to be shown whole goes by the name of `prompt`: the newest one. */
function outputsNamed(name: string, outputs: OutputBlobs): readonly BlobRef[] {
  const byCall = outputs.findLast(({call}) => (call ?? 'prompt') === name);
  if (byCall !== undefined) return [byCall.blob];
  const byHash = /^[0-9a-f]{8,64}$/.test(name) ? [...outputs].map(({blob}) => blob).filter(blob => blob.startsWith(name)) : [];
  return [...new Set(byHash)];
}
