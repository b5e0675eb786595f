import type {Audit, Shortened} from '../../core/projections/shortened.ts';
import type {Excerpt} from '../../core/vocabulary/excerpt.ts';
import type {SessionId} from '../../core/vocabulary/ids.ts';
import {csv} from './format/csv.ts';

/** Every output that was shortened as a row for spreadsheets: whole numbers, whole hashes. */
export const auditCsv = (session: SessionId, {outputs}: Audit): string =>
  csv([['session', ...columns.map(([name]) => name)], ...outputs.map(output => [session, ...columns.map(([, of]) => of(output))])]);

const columns: readonly (readonly [name: string, of: (output: Shortened) => string | number])[] = [
  ['call', ({call}) => call ?? 'prompt'],
  ['tool', ({tool}) => tool],
  ['title', ({title}) => title],
  ['bytes', ({excerpt}) => excerpt.total.bytes],
  ['lines', ({excerpt}) => excerpt.total.lines],
  ['kept_head_lines', ({excerpt}) => excerpt.kept_head_lines],
  ['kept_salient_lines', ({excerpt}) => salientLines(excerpt)],
  ['kept_tail_lines', ({excerpt}) => excerpt.kept_tail_lines],
  ['truncated_lines_count', ({excerpt}) => excerpt.truncated_lines_count],
  ['shown_bytes', ({excerpt}) => excerpt.shown.bytes],
  ['shown_tokens', ({excerpt}) => excerpt.shown.tokens],
  ['tokens_saved', ({saved}) => saved],
  ['repeats', ({repeats}) => repeats],
  ['redactions', ({excerpt}) => excerpt.redactions],
  ['policy', ({excerpt}) => excerpt.policy],
  ['stdout_sha256', ({excerpt}) => excerpt.stdout_sha256],
];

export const salientLines = ({windows}: Pick<Excerpt, 'windows'>): number =>
  windows.reduce((sum, {why, first, last}) => sum + (why === 'salient' ? last - first + 1 : 0), 0);
