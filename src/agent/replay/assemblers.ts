import {assemble, assembler} from '../../core/context/assemble.ts';
import {promptBuilder} from '../prompt-builder.ts';

/** What a request is made by: the rules that plan it, and those that make its text of the plan. */
export type Assembler = {plan: typeof assemble; prompts: typeof promptBuilder};

/** By the version that a plan names. A version never changes what it makes of the same log; one that is not here cannot be recomputed. */
export type Assemblers = ReadonlyMap<string, Assembler>;

/** Those of this build: the very functions that the loop sends its requests by. */
export const assemblers: Assemblers = new Map([[assembler, {plan: assemble, prompts: promptBuilder}]]);
