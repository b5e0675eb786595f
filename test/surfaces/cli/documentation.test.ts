import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Command} from 'commander';
import {expect, test} from 'vitest';
import {commandTree} from '../../../src/surfaces/cli/tree.ts';
import {everyCommand} from '../../../src/surfaces/cli/tree/command.ts';
import {pathOf} from '../../../src/surfaces/cli/usage-error.ts';
import type {Program} from '../../../src/agent/program.ts';
import {captured} from './world.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/commands.md'), 'utf8');
const running = {program: {version: '0'} as Program, io: captured().io, debug: false, words: [], code: 0 as const};
const commands = everyCommand(commandTree(running)).filter(command => command.name() !== 'complete');

/** The part of the guide under a command's own heading: `### agent sessions list`. */
function section(command: Command): string {
  const [, ...parts] = guide.split(/^#{2,4} /m);
  return parts.find(part => part.split('\n')[0]?.replaceAll('`', '').trim() === pathOf(command)) ?? '';
}

test.each(commands.map(command => [pathOf(command), command] as const))('%s has a section with every option and argument', (_, command) => {
  const text = section(command);
  expect(text).not.toBe('');
  for (const {short, long} of command.options) {
    for (const flag of [short, long])
      if (flag !== undefined && flag !== null && !['-C', '--debug'].includes(flag)) expect(text).toContain(`\`${flag}`);
  }
  for (const argument of command.registeredArguments)
    expect(text).toContain(argument.required ? `<${argument.name()}` : `[${argument.name()}`);
});

test('the guide names no command and no option that is not there', () => {
  const known = new Set(commands.flatMap(({options}) => options.flatMap(({short, long}) => [short, long])).concat(['--help', '-h', '--']));
  for (const [, flag] of guide.matchAll(/`(--?[A-Za-z][a-z-]*)/g)) expect(known).toContain(flag);
  const paths = new Set([...commands.map(pathOf), 'agent help']);
  for (const [, heading] of guide.matchAll(/^#{3,4} `?(agent [a-z -]+?)`?$/gm)) expect(paths).toContain(heading);
});
