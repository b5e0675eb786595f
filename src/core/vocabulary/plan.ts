import type {BlobRef} from './ids.ts';

/** L0 pinned rules · L1 the working set · L2 the trace of the last steps · L3 recalled facts. */
export type Layer = 'L0' | 'L1' | 'L2' | 'L3';

/**
 * One item of a request, by name: a record of this log, or a blob. `masked` stands for a result that was replaced by one line, or a reply whose long strings were cut.
 * `tokens` is the deterministic estimate of the item as it stands.
 */
export type Item = {layer: Layer; ref: {seq: number} | {blob: BlobRef}; as: 'whole' | 'masked'; tokens: number};

/** A request's plan as a difference to the plan before it: `changed` and `added` in order, `removed` by record number. */
export type PlanDelta = {
  assembler: string;
  budget: number;
  tokens: number;
  /** The newest record that was considered: what came later waits for the next request. */
  through: number;
  added: readonly Item[];
  masked: readonly {seq: number; tokens: number; why: 'over-budget'}[];
  removed: readonly {seq: number; why: 'over-budget'}[];
};
