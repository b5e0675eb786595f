import {resolve} from 'node:path';
import type {Command} from 'commander';
import {budgetTokens} from '../excerpt-options.ts';
import {act, add, valued, type Running} from './command.ts';

type Options = {tokens?: number; policy?: string; receipt?: string; keep?: true; redact: boolean};

/** `agent excerpt`. The usual ones of these options are read in `excerpt-options.ts`, without this tree. */
export function excerptCommand(root: Command, group: string, running: Running): void {
  const excerpt = add(root, {
    name: 'excerpt',
    group,
    does: 'shorten any output as those of tools are: a filter for pipes',
    examples: [
      ['make 2>&1 | agent excerpt --tokens 2000', 'what matters of it, in at most 8,000 bytes'],
      ['agent excerpt --receipt r.json build.log', 'of a file, with the proof of what was left out'],
      ['npm test 2>&1 | agent excerpt --keep', 'the original stays: agent audit show <sha256>'],
    ],
  });
  excerpt
    .argument('[file]', 'read this file instead of stdin')
    .addOption(
      valued('--tokens <n>', 'show at most this much, four bytes each; else BUDGET_TOKENS, else what the policy says', budgetTokens),
    )
    .option('--policy <name>', 'how it is cut, as a receipt names it: lines/1, list/1@500')
    .option('--receipt <file>', 'write to this file, as JSON, what was kept and what was dropped; - is stderr')
    .option('--keep', 'store the original under AGENT_HOME')
    .option('--no-redact', 'mask no secrets')
    .action(async (file: string | undefined, {tokens, policy, receipt, keep, redact}: Options) =>
      act(running, excerpt, async ({program, io}) => {
        const path = (name: string | undefined) =>
          name === undefined ? null : name === '-' || name === '' ? name : resolve(program.cwd, name);
        const options = {
          file: path(file),
          tokens: tokens ?? null,
          policy: policy ?? null,
          receipt: path(receipt),
          keep: keep ?? false,
          redact,
        };
        return (await import('../excerpt.ts')).excerpt(options, {env: program.env, blobs: program.blobs, masking: program.masking, io});
      }),
    );
}
