import type {SessionEvent} from '../../src/core/vocabulary/event.ts';
import type {CallId, GitTree} from '../../src/core/vocabulary/ids.ts';
import {longSession} from './long-session.ts';

/** A long session that is taken back, led forward again, and has results replaced, answers given and messages sent in between. */
export function movedSession(records: number): readonly SessionEvent[] {
  const events: SessionEvent[] = [];
  for (const event of longSession(records)) {
    events.push(event);
    if (event.type === 'model.replied') events.push(...movedBy(event.step, events.length));
  }
  return events;
}

function movedBy(step: number, seq: number): readonly SessionEvent[] {
  const tree = '1'.repeat(40) as GitTree;
  const rewound = (more: {through: number; undoes: number | null; what?: 'files' | 'both'}): SessionEvent => ({
    type: 'session.rewound',
    to: Math.max(0, step - 3),
    what: 'talk',
    files: more.what === undefined ? null : {from: tree, to: tree},
    ...more,
  });
  switch (step % 13) {
    case 2:
      return [
        {type: 'human.answered', call: `${step}.1` as CallId, answer: 'allow', grants: {effect: 'allow', tool: 'shell', pattern: 'npm *'}},
      ];
    case 5:
      return [rewound({through: Math.max(0, seq - 25), undoes: null})];
    case 7:
      return [
        rewound({through: Math.max(0, seq - 40), undoes: null, what: 'both'}),
        rewound({through: seq - 1, undoes: seq, what: 'both'}),
      ];
    case 9:
      return [{type: 'result.replaced', call: `${step - 1}.1` as CallId, outcome: {kind: 'refused', reason: 'It was edited.'}}];
    case 11:
      return [{type: 'user.steered', text: `And see to ${step}, too.`}, rewound({through: seq, undoes: null, what: 'files'})];
    default:
      return [];
  }
}
