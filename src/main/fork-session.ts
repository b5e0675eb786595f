import {join} from 'node:path';
import {randomIds, systemClock} from '../adapters/clock/clock.ts';
import {anchor} from '../agent/anchors.ts';
import {capture} from '../agent/capture.ts';
import {forkPoint, newestStep, type ForkPoint} from '../agent/fork/fork-point.ts';
import {replacedResult, resultOf} from '../agent/fork/replaced-result.ts';
import {redactorIn} from '../agent/masking.ts';
import type {Forked, ForkRequest} from '../agent/program.ts';
import {Stop} from '../agent/stop.ts';
import {viewText} from '../agent/view-text.ts';
import {defaultPolicy, withTokens} from '../core/truncation/policies.ts';
import {movedTo, type Changes} from '../core/projections/changes.ts';
import type {Environment} from '../core/vocabulary/environment.ts';
import type {Place, SessionEvent} from '../core/vocabulary/event.ts';
import type {BlobRef, CallId, GitTree, SessionId} from '../core/vocabulary/ids.ts';
import type {Outcome} from '../core/vocabulary/outcome.ts';
import type {SessionSettings} from '../core/vocabulary/settings.ts';
import type {Blobs} from '../ports/blobs.ts';
import type {Catalogue} from '../ports/catalogue.ts';
import type {Worktrees} from '../ports/worktree.ts';
import {stopIfDamaged} from './damaged-session.ts';
import {stopIfGone} from './find-worktree.ts';
import type {Parts} from './parts.ts';
import {versionsOf} from './versions.ts';
import {fromElsewhere, isElsewhere} from './whereabouts.ts';

/** A new session out of a step of another: its records up to there, its files as they were, and whatever was changed of it. The parent may be open elsewhere. */
export async function forkSession(parent: SessionId, request: ForkRequest, parts: Parts): Promise<Forked> {
  const [catalogue, worktrees, blobs] = await Promise.all([parts.catalogue(), parts.worktrees(), parts.blobs()]);
  const point = await pointOf(parent, request, catalogue).catch(stopIfDamaged(parent, parts.home));
  const {opened, settings} = point.state;
  const changes = point.moved === null ? point.state.changes : movedTo(point.state.changes, point.moved);
  if (opened === null || settings === null || changes.place === null)
    throw new Stop(1, `Session ${parent} was never opened: there is nothing to fork.`);
  if (await isElsewhere(changes, parent, parts)) throw new Stop(2, fromElsewhere(parent));
  stopIfGone(parent, changes.repo ?? changes.place.root);
  const edited = await editedResult(point, request, {parent, blobs});
  const id = randomIds.session();
  const place = await placeOf(changes, id, worktrees);
  const event: SessionEvent = {
    type: 'session.forked',
    session: id,
    run: randomIds.run(),
    from: {session: point.owner ?? parent, seq: point.seq, hash: point.hash, step: point.step},
    ...(point.moved === null || changes.repo === null ? {} : {repo: changes.repo}),
    place,
    tree: point.tree,
    // What somebody allowed on another machine, nobody has allowed here.
    settings: point.moved?.clone === true ? {...settings, mode: 'ask', add_dirs: []} : settings,
    versions: await versionsOf(blobs),
    environment: await environmentOf(opened.environment, place, blobs),
  };
  const trees = treesOf(point, changes);
  if (trees.length > 0) await worktrees.adopt(changes.repo, place, {id, from: parent, trees});
  await catalogue.fork(id, {session: parent, seq: point.seq, hash: point.hash}, event);
  await begin(id, {point, settings, edited, blobs, catalogue}, parts);
  if (point.tree !== null) {
    await worktrees.open(changes.repo, place, id, point.tree).catch(withoutWorktree(id));
    await worktrees.leave(id);
  }
  return {id, step: point.step, prompt: point.prompt, root: place.root, left_out: changes.left_out};
}

async function pointOf(parent: SessionId, {step, edit}: ForkRequest, catalogue: Catalogue): Promise<ForkPoint> {
  const before = edit?.what === 'prompt' ? 'prompt' : null;
  const of = edit === null || edit.what === 'prompt' ? step : Number(edit.call.split('.')[0]);
  const point = await forkPoint(() => catalogue.read(parent), {step: of, before});
  if (point !== null) return point;
  const newest = await newestStep(() => catalogue.read(parent));
  if (before !== null)
    throw new Stop(
      2,
      `Session ${parent} has no prompt before ${step === null ? 'its end' : `step ${step}`}.\nSee its steps: agent replay ${parent}`,
    );
  throw new Stop(2, `Session ${parent} has no step ${of}: its newest is ${newest}.\nSee them: agent replay ${parent}`);
}

type Edited = {call: CallId; outcome: Outcome; text: Uint8Array};

/** What the call is to have given, before anything is made: whoever gives up leaves nothing behind. */
async function editedResult(
  {state}: ForkPoint,
  {edit}: ForkRequest,
  {parent, blobs}: {parent: SessionId; blobs: Blobs},
): Promise<Edited | null> {
  if (edit === null || edit.what === 'prompt') return null;
  const {call} = edit;
  const outcome = resultOf(state, call);
  if (outcome === null) throw new Stop(2, `There is no result of call ${call} up to there.\nSee its calls: agent replay ${parent}`);
  const text = await edit.text(await originalOf(call, outcome, blobs));
  if (text === null) throw new Stop(130, 'Nothing was forked.');
  return {call, outcome, text};
}

const mostToEdit = 262_144;

async function originalOf(call: CallId, outcome: Outcome, blobs: Blobs): Promise<Uint8Array> {
  if (!('shown' in outcome) || outcome.shown === undefined) return Buffer.from(outcome.kind === 'refused' ? `${outcome.reason}\n` : '');
  const {shown} = outcome;
  return shown.total.bytes <= mostToEdit ? blobs.get(shown.blob) : Buffer.from(await viewText({excerpt: shown, label: call}, blobs));
}

async function placeOf({repo, place}: Changes, id: SessionId, worktrees: Worktrees): Promise<Place> {
  const at = repo === null ? null : await worktrees.locate(repo);
  if (place === null || repo === null || at?.kind !== 'repository')
    throw new Stop(
      1,
      repo === null
        ? `The session worked in ${place?.root ?? 'a folder'} itself, which is no git repository: there is nothing that a fork could have a worktree of.`
        : `${repo} is no git repository any more, so a fork cannot have a worktree of it. Put it back, then fork again.`,
    );
  return {...worktrees.plan(at, id), cwd: place.cwd, head: place.head ?? at.head};
}

/** All that the fork's records name: it goes back to them as the parent does, also when that one is gone, or when its own repository moves. */
function treesOf({tree, state: {marks}}: ForkPoint, {base, applied}: Changes): readonly GitTree[] {
  const rewound = [...marks.rewound].flatMap(({files}) => (files === null ? [] : [files.from]));
  const all = [base, applied, tree, ...[...marks.trees].map(kept => kept.tree), ...rewound];
  return [...new Set(all.filter(one => one !== null))];
}

/** The parent's, with the folder that the fork works in. */
async function environmentOf(ref: BlobRef, {root, cwd, kind}: Place, blobs: Blobs): Promise<BlobRef> {
  const environment = JSON.parse(new TextDecoder().decode(await blobs.get(ref))) as Environment;
  return blobs.put(Buffer.from(JSON.stringify({...environment, cwd: join(root, cwd), kind})), {durable: true});
}

/** The fork is whole without it: the next resume makes it. */
function withoutWorktree(id: SessionId): (error: unknown) => never {
  return error => {
    if (!(error instanceof Error)) throw error;
    throw new Stop(
      1,
      `Session ${id} was forked, and its files could not be laid out: ${error.message.trimEnd()}\nMend that, then go on with it: agent resume ${id}   or drop it: agent sessions rm ${id}`,
      {cause: error},
    );
  };
}

type Beginning = {point: ForkPoint; settings: SessionSettings; edited: Edited | null; blobs: Blobs; catalogue: Catalogue};

/** What was written in place of a result goes the way of every output: masked, kept, cut. */
async function begin(id: SessionId, {point, settings, edited, blobs, catalogue}: Beginning, parts: Parts): Promise<void> {
  const {log} = await catalogue.open(id);
  try {
    // Their requests were made of other texts than stand in them now.
    for (const redacted of point.redacted) log.append({...redacted, unproven: redacted.unproven.filter(step => step <= point.step)});
    if (edited !== null) {
      const secrets = settings.redaction?.enabled === false ? null : await parts.secrets();
      const {tokens, max_stored, min_free} = settings.output;
      const captured = capture({
        blobs,
        policy: withTokens(defaultPolicy, tokens),
        label: edited.call,
        maxStored: max_stored,
        minFree: min_free,
        freeDisk: parts.freeDisk,
        redactor: redactorIn({ports: {secrets, clock: systemClock}, state: () => point.state}),
      });
      await captured.out(edited.text, 'stdout');
      log.append(replacedResult(edited.call, edited.outcome, await captured.finish()));
      await log.sync();
    }
    await anchor(log, id, note => catalogue.note(note));
  } finally {
    await log.close();
  }
}
