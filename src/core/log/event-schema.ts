import {z} from 'zod';
import type {SessionEvent} from '../vocabulary/event.ts';
import type {HomeEvent} from '../vocabulary/home-event.ts';

/** Events as they may lie in a log. Keys that this build does not know are kept: a newer build's additions survive. */
const text = z.string();
const count = z.number().int().nonnegative();
const nullable = <T extends z.ZodType>(type: T) => z.union([type, z.null()]);
const sha = z.string().regex(/^[0-9a-f]{64}$/);
const step = z.number().int().positive();
const call = z.string().regex(/^\d+\.\d+$/);
const tree = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

const failure = z.looseObject({code: text, message: text, retryable: z.boolean(), retry_after_ms: count.optional(), hint: text.optional()});
const block = z.union([
  z.looseObject({type: z.literal('text'), text}),
  z.looseObject({type: z.literal('thinking'), text, provider: text, opaque: z.unknown()}),
  z.looseObject({
    type: z.literal('call'),
    id: call,
    provider_id: nullable(text),
    tool: text,
    input: z.unknown(),
    malformed: text.optional(),
  }),
]);
const stream = z.looseObject({bytes: count, lines: count, sha256: sha});
const excerpt = z.looseObject({
  stdout_sha256: sha,
  blob: sha,
  policy: text,
  view: sha,
  kept_head_lines: count,
  kept_tail_lines: count,
  truncated: z.boolean(),
  truncated_lines_count: count,
  windows: z.array(z.looseObject({why: z.enum(['head', 'tail', 'salient']), start: count, end: count, first: count, last: count})),
  streams: z.looseObject({stdout: stream, stderr: stream}),
  total: z.looseObject({bytes: count, lines: count}),
  shown: z.looseObject({bytes: count, lines: count, tokens: count}),
  redactions: count,
});
const group = z.looseObject({pgid: z.number().int(), started: text, command: text});
const signature = z.looseObject({id: text, line: text});
const outcome = z.union([
  z.looseObject({
    kind: z.literal('ran'),
    exit: nullable(z.number().int()),
    signal: nullable(text),
    timedOut: z.boolean(),
    shown: excerpt,
    settled: z.enum(['exit', 'timeout', 'interrupt', 'output-limit']),
    left_running: z.array(group),
    signature: signature.optional(),
    quiet_ms: count.optional(),
  }),
  z.looseObject({kind: z.literal('done'), shown: excerpt}),
  z.looseObject({kind: z.literal('failed'), error: failure, shown: excerpt.optional(), signature: signature.optional()}),
  z.looseObject({kind: z.literal('refused'), reason: text}),
  z.looseObject({kind: z.literal('lost')}),
]);
const mode = z.enum(['plan', 'ask', 'accept-edits', 'full']);
const rule = z.looseObject({effect: z.enum(['allow', 'ask', 'deny']), tool: text, pattern: text.optional()});
const verdict = z.union([
  z.looseObject({kind: z.literal('allow'), rule: text}),
  z.looseObject({kind: z.literal('ask'), rule: text, risk: text, grant: rule.optional()}),
  z.looseObject({kind: z.literal('deny'), reason: text, needs_approval: z.boolean()}),
]);
const limit = nullable(z.number().nonnegative());
const settings = z.looseObject({
  mode,
  model: text,
  rules: z.array(rule),
  add_dirs: z.array(text),
  headless: z.boolean(),
  context: z.looseObject({window: count}),
  output: z.looseObject({tokens: count, max_stored: count, min_free: count}),
  shell: z.looseObject({timeout_ms: count, environment: z.array(text)}),
  limits: z.looseObject({steps: limit, tokens: limit, usd: limit, ms: limit}),
  retries: z.looseObject({attempts: count, base_ms: count}),
  redaction: z.looseObject({enabled: z.boolean()}).optional(),
  storms: z.looseObject({notice: count, pause: count, exempt: z.array(z.looseObject({tool: text, pattern: text.optional()}))}).optional(),
});
/** A folder below the root: what comes from elsewhere must not lead out of it. */
const below = text.refine(path => !path.startsWith('/') && !path.split(/[\\/]/).includes('..'), 'leads out of its folder');
const place = z.looseObject({kind: z.enum(['worktree', 'in-place']), root: text, cwd: below, head: nullable(text)});
const versions = z.looseObject({
  program: text,
  assembler: text,
  estimator: text,
  policy: text,
  charter: sha,
  tools: sha,
  loop: text.optional(),
});
const leftOut = z.array(z.looseObject({path: text, why: text}));
const found = z.union([
  z.enum(['as-left', 'recreated']),
  z.looseObject({differs: z.array(text), trusted: z.enum(['folder', 'checkpoint']), tree, left_out: leftOut}),
]);
const usage = z.looseObject({input: count, output: count, cached: count, cache_written: count});
const item = z.looseObject({
  layer: z.enum(['L0', 'L1', 'L2', 'L3']),
  ref: z.union([z.looseObject({seq: count}), z.looseObject({blob: sha})]),
  as: z.enum(['whole', 'masked']),
  tokens: count,
});
const plan = z.looseObject({
  assembler: text,
  budget: count,
  tokens: count,
  through: z.number().int(),
  added: z.array(item),
  masked: z.array(z.looseObject({seq: count, tokens: count, why: text})),
  removed: z.array(z.looseObject({seq: count, why: text})),
});

type Shapes<Event extends {type: string}> = {[Type in Event['type']]: z.ZodType};

/** By the event's type. What is not named here is kept as it is. */
export const sessionShapes: Shapes<SessionEvent> = {
  'session.opened': z.looseObject({session: text, run: text, repo: nullable(text), place, settings, versions, environment: sha}),
  'session.resumed': z.looseObject({
    run: text,
    versions,
    settings,
    worktree: found,
    moved: z.looseObject({repo: nullable(text), place, environment: sha, clone: z.boolean()}).optional(),
  }),
  'session.forked': z.looseObject({
    session: text,
    run: text,
    from: z.looseObject({session: text, seq: count, hash: sha, step: count}),
    repo: text.optional(),
    place,
    tree: nullable(tree),
    settings,
    versions,
    environment: sha,
  }),
  'result.replaced': z.looseObject({call, outcome}),
  'session.rewound': z.looseObject({
    to: count,
    what: z.enum(['talk', 'files', 'both']),
    through: count,
    files: nullable(z.looseObject({from: tree, to: tree})),
    undoes: nullable(count),
  }),
  'session.titled': z.looseObject({title: text}),
  'settings.changed': z.looseObject({settings}),
  'instructions.read': z.looseObject({file: text, blob: sha}),
  'worktree.prepared': z.looseObject({base: tree, head: nullable(text), left_out: leftOut, dependencies: z.array(text)}),
  'worktree.discarded': z.looseObject({}),
  'user.prompted': z.looseObject({text, whole: excerpt.optional()}),
  'user.steered': z.looseObject({text, whole: excerpt.optional()}),
  'user.interrupted': z.looseObject({}),
  'context.assembled': z.looseObject({step, plan, max_output: count, sha256: sha}),
  'model.replied': z.looseObject({
    step,
    content: z.array(block),
    stop: z.enum(['end', 'calls', 'length', 'refusal', 'other']),
    model: text,
    usage,
    usd: nullable(z.number()),
    response: sha,
  }),
  'model.failed': z.looseObject({step, attempt: count, error: failure, retry_in_ms: nullable(count)}),
  'tool.judged': z.looseObject({call, verdict, read_only: z.boolean()}),
  'human.answered': z.looseObject({call, answer: z.enum(['allow', 'deny']), grants: rule.optional(), says: text.optional()}),
  'tool.started': z.looseObject({call, idempotency_key: sha}),
  'process.spawned': z.looseObject({call, group}),
  'process.ended': z.looseObject({group, by: text}),
  'tool.finished': z.looseObject({
    call,
    outcome,
    touched: z.array(z.looseObject({path: text, access: z.enum(['read', 'written']), sha256: nullable(sha)})),
  }),
  'gate.closed': z.looseObject({subject: text, why: z.literal('lost'), call}),
  'gate.opened': z.looseObject({subject: text, by: z.union([call, z.literal('user')])}),
  'files.checkpointed': z.looseObject({step: count, tree, changed: z.array(text), left_out: leftOut, by: z.literal('other').optional()}),
  'changes.applied': z.looseObject({
    how: z.enum(['apply', 'undo']),
    tree,
    before: tree,
    after: tree,
    files: z.array(text),
    commit: nullable(text),
  }),
  'budget.reached': z.looseObject({which: text, limit: z.number()}),
  'storm.noticed': z.looseObject({
    storm: z.looseObject({
      kind: z.enum(['failure', 'repeat']),
      signature: text,
      times: count,
      calls: z.array(call),
      tried: z.array(text),
      line: text,
      tokens: count,
    }),
    pauses: z.boolean(),
  }),
  'session.redacted': z.looseObject({
    placeholder: text,
    places: count,
    records: count,
    blobs: count,
    was: z.looseObject({seq: count, hash: sha}),
    unproven: z.array(step),
  }),
  'session.repaired': z.looseObject({
    session: text,
    lost: z.looseObject({from: count, to: count, bytes: count}),
    appendix: nullable(sha),
    records: count,
    names: z.array(sha),
    step: count,
    placed: z.boolean(),
  }),
  degraded: z.looseObject({what: text, why: text}),
};

const homeShapes: Shapes<HomeEvent> = {
  'session.anchored': z.looseObject({session: text, seq: count, hash: sha}),
  'session.removed': z.looseObject({session: text}),
  'session.redacted': z.looseObject({session: text, seq: count, was: sha, hash: sha}),
  'log.repaired': z.looseObject({session: text, seq: count, hash: sha}),
  'session.located': z.looseObject({session: text, repo: nullable(text)}),
  'config.trusted': z.looseObject({path: text, sha256: sha}),
  'config.distrusted': z.looseObject({path: text}),
  'rule.granted': z.looseObject({repo: text, rule}),
  'rule.revoked': z.looseObject({repo: text, rule}),
};

/** Null where the event has its type's shape, or is of a type that this build does not know; else what is wrong with it. */
export type EventCheck = (event: {type: string}) => string | null;

const checkBy =
  (shapes: Readonly<Record<string, z.ZodType>>): EventCheck =>
  event => {
    const shape = Object.hasOwn(shapes, event.type) ? shapes[event.type] : undefined;
    const problem = shape?.safeParse(event).error?.issues[0];
    return problem === undefined ? null : `its ${event.type} has a wrong ${problem.path.join('.') || 'shape'} (${problem.message})`;
  };

export const checkSessionEvent = checkBy(sessionShapes);
export const checkHomeEvent = checkBy(homeShapes);
