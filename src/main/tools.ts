import type {Tool} from '../agent/tool.ts';
import {applyPatch} from '../agent/tools/apply-patch.ts';
import {edit} from '../agent/tools/edit.ts';
import {glob} from '../agent/tools/glob.ts';
import {grep} from '../agent/tools/grep.ts';
import {readOutput} from '../agent/tools/read-output.ts';
import {read} from '../agent/tools/read.ts';
import {shell} from '../agent/tools/shell.ts';
import {todo} from '../agent/tools/todo.ts';
import {write} from '../agent/tools/write.ts';

/** The tools in the order in which the model is told of them: the order is part of every request, so it never changes within a version. */
export const tools: readonly Tool[] = [shell, read, edit, write, applyPatch, grep, glob, todo, readOutput] as unknown as readonly Tool[];
