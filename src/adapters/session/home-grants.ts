import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {replay} from '../../core/log/fold.ts';
import {homeGrants, type HomeGrants} from '../../core/projections/home-grants.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {HomeEvent} from '../../core/vocabulary/home-event.ts';
import {LogDamaged} from '../../ports/catalogue.ts';
import {LogRefused} from '../../ports/log.ts';

/**
 * Reads only the lines of the home log that grant something: it is on the way of every start, and most lines are anchors. What follows the
 * last 0x0A was being written when a program died, and grants nothing.
 */
export async function readHomeGrants(home: string): Promise<HomeGrants> {
  const file = join(home, 'log.jsonl');
  const text = await readIfThere(file);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const granting: Recorded<HomeEvent>[] = [];
  for (const [index, line] of whole.split('\n').entries())
    if (line.includes('"type":"rule.') || line.includes('"type":"config.')) granting.push(recordIn(line, {file, number: index + 1}));
  return replay(homeGrants, granting);
}

function recordIn(line: string, {file, number}: {file: string; number: number}): Recorded<HomeEvent> {
  try {
    return JSON.parse(line) as Recorded<HomeEvent>;
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new LogDamaged(file, number, 'it is not a record');
    throw cause;
  }
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException;
    // Where the home cannot be made, whoever makes it says so.
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    throw new LogRefused(
      code ?? 'unknown',
      `${file} cannot be read: ${message}\nWhat you granted and trust is in it. AGENT_HOME says where it is.`,
      {cause: error},
    );
  }
}
