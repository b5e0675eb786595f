import type {SessionEvent} from '../vocabulary/event.ts';
import type {HomeEvent} from '../vocabulary/home-event.ts';

/** The event types that this build knows. Names only: a start that reads no log needs no schema. */
const sessionTypes: Readonly<Record<SessionEvent['type'], true>> = {
  'session.opened': true,
  'session.resumed': true,
  'session.forked': true,
  'session.rewound': true,
  'result.replaced': true,
  'session.titled': true,
  'settings.changed': true,
  'instructions.read': true,
  'worktree.prepared': true,
  'worktree.discarded': true,
  'user.prompted': true,
  'user.steered': true,
  'user.interrupted': true,
  'context.assembled': true,
  'model.replied': true,
  'model.failed': true,
  'tool.judged': true,
  'human.answered': true,
  'tool.started': true,
  'process.spawned': true,
  'process.ended': true,
  'tool.finished': true,
  'gate.closed': true,
  'gate.opened': true,
  'files.checkpointed': true,
  'changes.applied': true,
  'budget.reached': true,
  'storm.noticed': true,
  'session.redacted': true,
  'session.repaired': true,
  degraded: true,
};

const homeTypes: Readonly<Record<HomeEvent['type'], true>> = {
  'session.anchored': true,
  'session.removed': true,
  'session.redacted': true,
  'log.repaired': true,
  'session.located': true,
  'config.trusted': true,
  'config.distrusted': true,
  'rule.granted': true,
  'rule.revoked': true,
};

export const isSessionEvent = (event: {type: string}): event is SessionEvent => Object.hasOwn(sessionTypes, event.type);
export const isHomeEvent = (event: {type: string}): event is HomeEvent => Object.hasOwn(homeTypes, event.type);
