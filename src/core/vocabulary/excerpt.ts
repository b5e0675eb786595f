import type {BlobRef, Sha256} from './ids.ts';

/**
 * What was shown of a byte stream, and the proof of what was not. The five names `stdout_sha256`, `kept_head_lines`, `kept_tail_lines`,
 * `truncated` and `truncated_lines_count` are fixed. A line ends at 0x0A; an unterminated last one counts.
 */
export type Excerpt = {
  /** sha256 of the stored stream: stdout and stderr in arrival order. Equal to `blob`. */
  stdout_sha256: Sha256;
  blob: BlobRef;
  policy: PolicyVersion;
  /**
   * The text that the model was shown, kept so that old sessions show after their policy's code is gone. Equal to `blob` where the whole was
   * shown as it was; a whole output in which escape sequences, control bytes or broken UTF-8 had to be made readable has a view of its own.
   */
  view: BlobRef;
  /** Lines really shown whole, before and after the dropped part. Where all lines were shown whole, all are head lines. */
  kept_head_lines: number;
  kept_tail_lines: number;
  truncated: boolean;
  /** `total.lines` minus every line that was shown whole. */
  truncated_lines_count: number;
  /** Ranges of the stored stream that were shown whole, ascending, disjoint, never empty. */
  windows: readonly Window[];
  streams: {stdout: StreamTotals; stderr: StreamTotals};
  total: {bytes: number; lines: number};
  /** Of the view's own text, with its notices. `tokens` is never more than the policy allows. */
  shown: {bytes: number; lines: number; tokens: number};
  /** Secrets masked before anything was stored. */
  redactions: number;
};

/** Byte range [start, end) and 1-based line range [first, last] of the stored stream. */
export type Window = {why: 'head' | 'tail' | 'salient'; start: number; end: number; first: number; last: number};

export type StreamTotals = {bytes: number; lines: number; sha256: Sha256};

/** `name/number`: the view is a pure function of (bytes, policy), so a policy of one version never changes. */
export type PolicyVersion = string;

/**
 * How a stream is cut. Data, with overrides per tool. Tokens are those of the deterministic estimator, at least 16. `head_lines` and
 * `tail_lines` are ceilings within them; a line over `line_bytes` is cut in the middle. With `salient` lines that matter are shown out of the middle,
 * too, and runs of lines that are the same but for numbers are shown by their first and last.
 */
export type CutPolicy = {
  version: PolicyVersion;
  tokens: number;
  head_lines: number;
  tail_lines: number;
  line_bytes: number;
  salient: boolean;
};
