/**
 * Sessions to judge, and what is true of them. `yes` are the questions of a postmortem that these sessions answer with yes: what the scenario
 * was made for, not what the program says of it.
 */
export type Scenario = {
  name: string;
  about: string;
  yes: readonly ('timeout' | 'overflow' | 'dropped-error' | 'came-back' | 'retry-storm' | 'repeat')[];
  replies: readonly object[];
  /** Prompts after the first one, each a run of its own. */
  prompts?: readonly string[];
  prompt?: string;
  config?: string;
  window?: number;
  args?: readonly string[];
  /** Receipts of this policy only: the program must still cut by it. */
  policy?: 'lines/1';
};

export const sh = (command: string, more: object = {}) => ({tool: 'shell', input: {command, ...more}});
export const shell = (command: string, more: object = {}) => ({calls: [sh(command, more)]});
export const read = (path: string) => ({calls: [{tool: 'read', input: {path}}]});
export const again = (output: string, more: object) => ({calls: [{tool: 'read_output', input: {output, ...more}}]});
export const write = (path: string, content: string) => ({calls: [{tool: 'write', input: {path, content}}]});
export const end = {text: 'That is all.'};
export const times = (count: number, reply: object): readonly object[] => Array.from({length: count}, () => reply);

export const flood = (at: number, text: string, exit = 1, last = '') => `node flood.mjs 15000 ${at} '${text}' ${exit} '${last}'`;
export const short = '[output]\ntokens = 200\n';
export const quick = '[shell]\ntimeout_s = 1\n';
export const lost = 'Error: cannot find the key of shard 12';
export const overflow = (n: number) => ({fail: {code: 'context-overflow', message: `The prompt is too long: try ${n}.`}});
export const long = (n: number) => shell(`node sums.mjs ${n}`);
