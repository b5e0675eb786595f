import {unreachable} from '../core/log/fold.ts';
import type {Move} from '../core/turn/next.ts';
import {askModel} from './moves/ask-model.ts';
import {assembleRequest} from './moves/assemble-request.ts';
import {checkpoint} from './moves/checkpoint.ts';
import {declareLost} from './moves/declare-lost.ts';
import {judgeCall} from './moves/judge-call.ts';
import {prepareWorktree} from './moves/prepare-worktree.ts';
import {requests} from './moves/requests.ts';
import {runTool} from './moves/run-tool.ts';
import type {Ports} from './ports.ts';
import type {Scene} from './scene.ts';

export type Performer = (move: Move) => Promise<void>;

/** Turns moves into effects at the ports and records of them. Nothing else in the agent touches the world. */
export function performer(ports: Ports, on: Omit<Scene, 'ports'>): Performer {
  const scene: Scene = {ports, ...on};
  const prompts = requests(scene);
  return async move => {
    switch (move.do) {
      case 'prepare-worktree':
        return prepareWorktree(scene, prompts);
      case 'assemble':
        return assembleRequest(move, scene, prompts);
      case 'ask-model':
        return askModel(move, scene, prompts);
      case 'judge':
        return judgeCall(move.call, scene);
      case 'run':
        return runTool(move.call, scene);
      case 'refuse':
        return scene.record({type: 'tool.finished', call: move.call, outcome: {kind: 'refused', reason: move.reason}, touched: []});
      case 'declare-lost':
        return declareLost(move.call, scene);
      case 'checkpoint':
        return checkpoint(move.step, scene);
      default:
        return unreachable(move);
    }
  };
}
