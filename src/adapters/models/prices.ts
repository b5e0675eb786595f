import type {Price} from '../../ports/model.ts';
import table from './prices.json' with {type: 'json'};

/**
 * US dollars per million tokens at list price, as of the date in the table; null where unknown. Sources: the price and model pages of
 * Anthropic (platform.claude.com, "Pricing", standard rates with the five-minute cache) and OpenAI (developers.openai.com, "Pricing",
 * standard tier). Discounts, batches, long-context and regional surcharges are not in it.
 */
export function listPrice(name: string): Price | null {
  const row = rowOf(name);
  if (row === undefined) return null;
  const {input, output, cached, cache_written} = row;
  return {input, output, cached, cache_written, as_of: table.as_of};
}

/** A model on the user's own machine. */
export const FREE: Price = {input: 0, output: 0, cached: 0, cache_written: 0, as_of: 'local'};

/** The price out of the user's configuration. What it does not say of the cache counts as plain input. */
export function configuredPrice(given: {input: number; output: number; cached: number | null; cache_written: number | null}): Price {
  const {input, output} = given;
  return {input, output, cached: given.cached ?? input, cache_written: given.cache_written ?? input, as_of: 'configuration'};
}

/**
 * Tokens that a model takes at the price in the table: several take more, but at a higher price. The rest get what every current model of
 * the provider takes, and an unknown server the little that any local model takes.
 */
export function knownWindow(name: string): number {
  const row = rowOf(name);
  if (row !== undefined) return row.window;
  if (name.startsWith('anthropic/')) return 200_000;
  return name.startsWith('openai/') ? 128_000 : 8_192;
}

/** Names in the table, newest first for each provider. */
export function knownModels(provider: string): string[] {
  return Object.keys(table.models).filter(name => name.startsWith(`${provider}/`));
}

type Row = {input: number; output: number; cached: number; cache_written: number; window: number};

/** Dated snapshots (`-20251101`, `-2026-09-29`) and `-latest` cost what their model costs. */
function rowOf(name: string): Row | undefined {
  const rows = new Map<string, Row>(Object.entries(table.models));
  return rows.get(name) ?? rows.get(name.replace(/-(\d{8}|\d{4}-\d{2}-\d{2}|latest)$/, ''));
}
