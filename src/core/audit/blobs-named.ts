import {unreachable} from '../log/fold.ts';
import type {SessionEvent} from '../vocabulary/event.ts';
import type {Excerpt} from '../vocabulary/excerpt.ts';
import type {BlobRef} from '../vocabulary/ids.ts';
import type {Outcome} from '../vocabulary/outcome.ts';

/** A blob that a record names, and what it is there. */
export type NamedBlob = {
  ref: BlobRef;
  as: 'environment' | 'charter' | 'tools' | 'instructions' | 'original' | 'view' | 'response' | 'item' | 'appendix';
};

/** Every blob that an event names. */
export function blobsNamed(event: SessionEvent): readonly NamedBlob[] {
  switch (event.type) {
    case 'session.opened':
    case 'session.forked':
      return [{ref: event.environment, as: 'environment'}, ...ofVersions(event.versions)];
    case 'session.resumed':
      return [
        ...(event.moved === undefined ? [] : [{ref: event.moved.environment, as: 'environment' as const}]),
        ...ofVersions(event.versions),
      ];
    case 'instructions.read':
      return [{ref: event.blob, as: 'instructions'}];
    case 'user.prompted':
    case 'user.steered':
      return ofExcerpt(event.whole);
    case 'context.assembled':
      return event.plan.added.flatMap(({ref}) => ('blob' in ref ? [{ref: ref.blob, as: 'item' as const}] : []));
    case 'model.replied':
      return [{ref: event.response, as: 'response'}];
    case 'tool.finished':
    case 'result.replaced':
      return ofExcerpt(shownIn(event.outcome));
    case 'session.repaired':
      return [...(event.appendix === null ? [] : [event.appendix]), ...event.names].map(ref => ({ref, as: 'appendix' as const}));
    case 'session.rewound':
    case 'session.titled':
    case 'settings.changed':
    case 'worktree.prepared':
    case 'worktree.discarded':
    case 'user.interrupted':
    case 'model.failed':
    case 'tool.judged':
    case 'human.answered':
    case 'tool.started':
    case 'process.spawned':
    case 'process.ended':
    case 'gate.closed':
    case 'gate.opened':
    case 'files.checkpointed':
    case 'changes.applied':
    case 'budget.reached':
    case 'storm.noticed':
    case 'session.redacted':
    case 'degraded':
      return [];
    default:
      return unreachable(event);
  }
}

function shownIn(outcome: Outcome): Excerpt | undefined {
  switch (outcome.kind) {
    case 'ran':
    case 'done':
    case 'failed':
      return outcome.shown;
    case 'refused':
    case 'lost':
      return undefined;
    default:
      return unreachable(outcome);
  }
}

const ofVersions = ({charter, tools}: {charter: BlobRef; tools: BlobRef}): readonly NamedBlob[] => [
  {ref: charter, as: 'charter'},
  {ref: tools, as: 'tools'},
];

const ofExcerpt = (excerpt: Excerpt | undefined): readonly NamedBlob[] =>
  excerpt === undefined
    ? []
    : [
        {ref: excerpt.blob, as: 'original'},
        {ref: excerpt.view, as: 'view'},
      ];
