import {Argument, Option, type Command} from 'commander';
import {since} from '../numbers.ts';
import {act, add, addGroup, valued, withJson, withYes, type Running} from './command.ts';
import {configCommands} from './config.ts';

/** Models, configuration, figures, and the machine itself. */
export function machineCommands(root: Command, running: Running): void {
  modelCommands(root, running);
  configCommands(root, running);
  statsCommand(root, running);
  doctorCommand(root, running);
  gcCommand(root, running);
  completionCommands(root, running);
}

function modelCommands(root: Command, running: Running): void {
  const models = addGroup(root, {
    name: 'models',
    group: 'Getting started:',
    does: 'list the models found, local ones first, and test one',
    examples: [
      ['agent models', 'what is there, and which one is used'],
      ['agent models test', 'a tiny real request to the default model'],
    ],
  });
  const list = add(models, {
    name: 'list',
    isDefault: true,
    does: 'list the models found, local ones first',
    examples: [['agent models list --json', 'for programs']],
  });
  withJson(list)
    .option('--config <file>', 'read this configuration file too')
    .action(async ({json}: {json?: true}) =>
      act(running, list, async ({program, io}) => (await import('../models-list.ts')).listModels({json: json ?? false}, program, io)),
    );
  const test = add(models, {
    name: 'test',
    does: 'send a tiny real request with one tool call, and report how it went',
    examples: [
      ['agent models test ollama/qwen3', 'this one'],
      ['agent models test --json', 'the default, for programs'],
    ],
  });
  withJson(test)
    .argument('[name]', 'a model, as `agent models` prints it; the default where none is named')
    .action(async (name: string | undefined, {json}: {json?: true}) =>
      act(running, test, async ({program, io}) =>
        (await import('../models-test.ts')).testModel({name: name ?? null, json: json ?? false}, program, io),
      ),
    );
}

const groupings = ['day', 'session', 'model'] as const;

function statsCommand(root: Command, running: Running): void {
  const stats = add(root, {
    name: 'stats',
    group: 'Sessions:',
    does: 'tokens, money, cache hits, tokens saved by truncation, time in model and tools',
    examples: [
      ['agent stats', 'of this repository, by day'],
      ['agent stats --by model --since 7d', 'the last seven days, by model'],
      ['agent stats --all --json', 'of every repository, for programs'],
    ],
  });
  withJson(stats)
    .addOption(new Option('--by <what>', 'a row for each day (in UTC), session or model').choices(groupings).default('day'))
    .addOption(valued('--since <when>', 'count from here on: 12h, 7d, 4w or 2026-01-31', text => since(text, Date.now())))
    .option('-a, --all', 'of every repository')
    .action(async ({by, since: from, all, json}: {by: (typeof groupings)[number]; since?: string; all?: true; json?: true}) =>
      act(running, stats, async ({program, io}) =>
        (await import('../stats.ts')).stats({by, since: from ?? null, all: all ?? false, json: json ?? false}, program, io),
      ),
    );
}

function doctorCommand(root: Command, running: Running): void {
  const doctor = add(root, {
    name: 'doctor',
    group: 'Getting started:',
    does: 'check everything that the program relies on, and say how to mend it',
    examples: [
      ['agent doctor', 'changes nothing'],
      ['agent doctor --json', 'for a bug report'],
    ],
  });
  withJson(doctor).action(async ({json}: {json?: true}) =>
    act(running, doctor, async ({program, io}) => (await import('../doctor.ts')).doctor({json: json ?? false}, program, io)),
  );
}

function gcCommand(root: Command, running: Running): void {
  const gc = add(root, {
    name: 'gc',
    group: 'Sessions:',
    does: 'free what no session names any more: outputs, checkpoints, unfinished files',
    examples: [
      ['agent gc --dry-run', 'what would go, and how much it frees'],
      ['agent gc', 'the same, then ask'],
      ['agent gc --yes --json', 'for programs'],
    ],
  });
  withYes(withJson(gc))
    .option('-n, --dry-run', 'take nothing away')
    .action(async ({dryRun, yes, json}: {dryRun?: true; yes?: true; json?: true}) =>
      act(running, gc, async ({program, io}) =>
        (await import('../gc.ts')).gc({dryRun: dryRun ?? false, yes: yes ?? false, json: json ?? false}, program, io),
      ),
    );
}

function completionCommands(root: Command, running: Running): void {
  const completion = add(root, {
    name: 'completion',
    group: 'Getting started:',
    does: 'print the completion script of a shell',
    examples: [
      ['source <(agent completion bash)', 'in ~/.bashrc'],
      ['source <(agent completion zsh)', 'in ~/.zshrc, below compinit'],
      ['agent completion fish | source', 'in ~/.config/fish/config.fish'],
      ['agent completion powershell | Out-String | Invoke-Expression', 'in $PROFILE'],
    ],
  });
  completion
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish', 'powershell']))
    .action(async (shell: string) => act(running, completion, async () => (await import('../completion.ts')).completionScript(shell)));
  const complete = root.command('complete', {hidden: true}).argument('[words...]').description('answers the completion scripts');
  complete.action(async (words: string[]) =>
    act(running, complete, async ({program}) => (await import('../completion.ts')).complete(words, root, program)),
  );
}
