import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {replay} from '../../core/log/fold.ts';
import {homeGrants, type HomeGrants} from '../../core/projections/home-grants.ts';
import type {Recorded} from '../../core/vocabulary/event.ts';
import type {HomeEvent} from '../../core/vocabulary/home-event.ts';
import {LogRefused} from '../../ports/log.ts';

/**
 * Reads only the lines of the home log that grant something: it is on the way of every start, and most lines are anchors. What follows the
 * last 0x0A was being written when a program died, and grants nothing.
 */
export async function readHomeGrants(home: string): Promise<HomeGrants> {
  const text = await readIfThere(join(home, 'log.jsonl'));
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole.split('\n').filter(line => line.includes('"type":"rule.') || line.includes('"type":"config.'));
  return replay(
    homeGrants,
    lines.map(line => JSON.parse(line) as Recorded<HomeEvent>),
  );
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return '';
    throw new LogRefused(
      code ?? 'unknown',
      `${file} cannot be read: ${message}\nWhat you granted and trust is in it. AGENT_HOME says where it is.`,
      {cause: error},
    );
  }
}
