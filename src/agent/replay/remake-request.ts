import {withDelta} from '../../core/context/plan.ts';
import {promptHash} from '../../core/context/render.ts';
import type {SessionState} from '../../core/projections/session-state.ts';
import {estimator} from '../../core/truncation/estimate.ts';
import type {SessionEvent} from '../../core/vocabulary/event.ts';
import type {Sha256} from '../../core/vocabulary/ids.ts';
import type {PlanDelta} from '../../core/vocabulary/plan.ts';
import type {Prompt} from '../../core/vocabulary/prompt.ts';
import type {Blobs} from '../../ports/blobs.ts';
import {requestRoom} from '../moves/request-room.ts';
import {fixedTokens, promptBuilder} from '../prompt-builder.ts';
import {standingParts, whyNotBuilt} from '../verify/standing-parts.ts';
import {viewText} from '../view-text.ts';
import type {Assembler, Assemblers} from './assemblers.ts';

type Assembled = Extract<SessionEvent, {type: 'context.assembled'}>;

/** All that is taken from a recorded request to make it again: nothing of what stood in it, and not its hash. */
export type Given = Pick<Assembled, 'step' | 'max_output'> & Pick<PlanDelta, 'assembler' | 'budget' | 'through'>;

/** A request as it is made from the state `from`. */
export type Made = {from: SessionState; plan: PlanDelta; prompt: Prompt; sha256: Sha256};

/** `made`: never empty; several where the log leaves open which settings it was planned under. `impossible`: the loop makes none here. `unknown`: this build cannot say. */
export type Remade = {kind: 'made'; made: readonly Made[]} | {kind: 'impossible' | 'unknown'; why: string};

export type Remaker = {
  /** The request planned, assembled and hashed anew from one of these states. */
  remake: (given: Given, moments: readonly SessionState[]) => Promise<Remade>;
  /** The prompt that a recorded plan stands for, in the words of this build; `why` where it cannot be built. */
  rebuild: (event: Assembled, from: SessionState) => Promise<{prompt: Prompt; sha256: Sha256} | {why: string}>;
};

export function requestRemaker(blobs: Blobs, assemblers: Assemblers): Remaker {
  const standing = standingParts(blobs);
  const prompts = builders(blobs);

  const make = async (given: Given, {from, budget}: Planning, by: Assembler): Promise<Made | null> => {
    const parts = await standing(openedIn(from));
    const plan = by.plan({plan: from.plan, trace: from.trace, fixed: fixedTokens(parts), budget});
    if (plan === null) return null;
    const {step, max_output} = given;
    const prompt = await prompts(by)({step, plan: withDelta(from.plan, plan), trace: from.trace, max_output, ...parts});
    return {from, plan, prompt, sha256: promptHash(prompt)};
  };

  return {
    remake: async (given, moments) => {
      const by = assemblers.get(given.assembler);
      if (by === undefined) return {kind: 'unknown', why: `needs assembler ${given.assembler}`};
      const [first] = moments;
      if (first === undefined) return {kind: 'impossible', why: 'a limit was reached, or a storm was to be told of first'};
      const counted = openedIn(first).versions.estimator;
      if (counted !== estimator) return {kind: 'unknown', why: `needs estimator ${counted}`};
      const plannings = moments.flatMap(from => (hasRoom(given, from) ? [{from, budget: given.budget}] : []));
      if (plannings.length === 0) return {kind: 'impossible', why: noRoom(given)};
      try {
        const all = await Promise.all(plannings.map(planning => make(given, planning, by)));
        return choose(
          all.filter(made => made !== null),
          given,
        );
      } catch (error) {
        return {kind: 'unknown', why: whyNotBuilt(error)};
      }
    },
    rebuild: async ({step, plan, max_output}, from) => {
      const by = assemblers.get(plan.assembler) ?? {prompts: promptBuilder};
      try {
        const parts = await standing(openedIn(from));
        const prompt = await prompts(by)({step, plan: withDelta(from.plan, plan), trace: from.trace, max_output, ...parts});
        return {prompt, sha256: promptHash(prompt)};
      } catch (error) {
        return {why: whyNotBuilt(error)};
      }
    },
  };
}

type Planning = {from: SessionState; budget: number};
type Building = Pick<Assembler, 'prompts'>;

/** One builder for all requests of an assembler: it keeps the texts that stay the same between them. */
function builders(blobs: Blobs): (by: Building) => ReturnType<Building['prompts']> {
  const built = new Map<Building['prompts'], ReturnType<Building['prompts']>>();
  return ({prompts}) => {
    const known = built.get(prompts) ?? prompts(shown => viewText(shown, blobs));
    built.set(prompts, known);
    return known;
  };
}

function choose(made: readonly Made[], {budget, through}: Given): Remade {
  const last = made.at(-1);
  if (last === undefined)
    return {kind: 'impossible', why: `what must stand in it does not fit its ${budget} tokens, and no request is made then`};
  const heard = made.filter(({plan}) => plan.through === through);
  return {kind: 'made', made: heard.length > 0 ? heard : [last]};
}

/** The window of the model is on no record. The room that was recorded must be what comes of one under the settings of that moment. */
function hasRoom({budget, max_output}: Given, {settings, usage, turn: {squeeze}}: SessionState): boolean {
  if (settings === null) return false;
  const windows = [budget + max_output, settings.context.window + max_output, 4 * max_output + 3];
  return windows.some(window => {
    const room = requestRoom({settings, usage}, {squeeze, window});
    return room.budget === budget && room.max_output === max_output;
  });
}

const noRoom = ({budget, max_output}: Given): string =>
  `a request of ${budget} tokens with a reply of ${max_output} does not come of the settings, whatever the window of the model`;

function openedIn({opened}: SessionState): NonNullable<SessionState['opened']> {
  if (opened === null) throw new Error('Nothing is built before a session was opened.');
  return opened;
}
