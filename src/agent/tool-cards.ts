import {z} from 'zod';
import type {ToolCard} from '../core/vocabulary/prompt.ts';
import type {Tool} from './tool.ts';

/** What the model is told of each tool: name, description and the JSON schema of its arguments. */
export const toolCards = (tools: readonly Tool[]): readonly ToolCard[] =>
  tools.map(({name, description, schema}) => ({name, description, schema: withoutDialect(z.toJSONSchema(schema, {io: 'input'}))}));

// Every word of a card is sent with every request; providers know the dialect without being told.
function withoutDialect(schema: object): object {
  const {$schema: _dialect, ...rest} = schema as Record<string, unknown>;
  return rest;
}
