import type {Picking} from '../agent/picking.ts';
import type {SessionId} from '../core/vocabulary/ids.ts';
import {runPicker} from '../surfaces/ui/picker/run.ts';
import type {Parts} from './parts.ts';

/** The list of past sessions in the terminal. */
export const pickOnTerminal = (picking: Picking, {env}: Pick<Parts, 'env'>): Promise<SessionId | null> =>
  runPicker({picking, stdin: process.stdin, stdout: process.stdout, env});
