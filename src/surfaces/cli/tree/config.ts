import type {Command} from 'commander';
import {act, add, addGroup, withJson, withYes, type Running} from './command.ts';

/** `agent config`. */
export function configCommands(root: Command, running: Running): void {
  const config = addGroup(root, {
    name: 'config',
    group: 'Getting started:',
    does: 'see every setting with where it comes from, and change your own',
    examples: [
      ['agent config', 'every setting, its value and origin'],
      ['agent config set model ollama/qwen3', 'for all repositories'],
      ['agent config trust', "let this repository's own file grant things"],
    ],
  });
  reading(config, running);
  writing(config, running);
  trusting(config, running);
  granted(config, running);
}

function reading(config: Command, running: Running): void {
  const list = add(config, {
    name: 'list',
    isDefault: true,
    does: 'list every setting, its value and where it comes from',
    examples: [['agent config list --json', 'for programs']],
  });
  withJson(list)
    .option('--config <file>', 'read this configuration file too')
    .action(async ({json}: {json?: true}) =>
      act(running, list, async ({program, io, config: file}) =>
        (await import('../config-list.ts')).listConfig({json: json ?? false, file}, program, io),
      ),
    );
  const get = add(config, {
    name: 'get',
    does: 'print one setting',
    examples: [['agent config get context.window', '32000, unless you changed it']],
  });
  withJson(get)
    .argument('<key>', 'the setting, as `agent config list` prints it')
    .option('--config <file>', 'read this configuration file too')
    .action(async (key: string, {json}: {json?: true}) =>
      act(running, get, async ({program, io, config: file}) =>
        (await import('../config-list.ts')).getConfig({key, json: json ?? false, file}, program, io),
      ),
    );
  const path = add(config, {
    name: 'path',
    does: 'print the path of your own configuration file',
    examples: [['$EDITOR "$(agent config path)"', 'open it']],
  });
  path.action(async () => act(running, path, async ({program, io}) => (await import('../config-set.ts')).configPath(program, io)));
}

function writing(config: Command, running: Running): void {
  const set = add(config, {
    name: 'set',
    does: 'change a setting in your own configuration file',
    examples: [
      ['agent config set model anthropic/claude-sonnet-5', 'the model of new sessions'],
      ['agent config set limits.usd 2', 'a limit for every run'],
    ],
  });
  set
    .argument('<key>', 'the setting, as `agent config list` prints it')
    .argument('<value>', 'its value')
    .action(async (key: string, value: string) =>
      act(running, set, async ({program, io}) => (await import('../config-set.ts')).setConfig({key, value}, program, io)),
    );
  const unset = add(config, {
    name: 'unset',
    does: 'take a setting out of your own configuration file',
    examples: [['agent config unset limits.usd', 'back to the default']],
  });
  unset
    .argument('<key>', 'the setting')
    .action(async (key: string) =>
      act(running, unset, async ({program, io}) => (await import('../config-set.ts')).setConfig({key, value: null}, program, io)),
    );
}

function trusting(config: Command, running: Running): void {
  const trust = add(config, {
    name: 'trust',
    does: "show the repository's own configuration file, and let what it grants count",
    examples: [
      ['agent config trust', 'asks first; asked again when the file changes'],
      ['agent config trust --yes', 'without asking'],
    ],
  });
  withYes(trust).action(async ({yes}: {yes?: true}) =>
    act(running, trust, async ({program, io}) => (await import('../config-trust.ts')).trustConfig({yes: yes ?? false}, program, io)),
  );
  const distrust = add(config, {
    name: 'distrust',
    does: 'take that trust back',
    examples: [['agent config distrust', 'its file can only tighten again']],
  });
  distrust.action(async () =>
    act(running, distrust, async ({program, io}) => (await import('../config-trust.ts')).distrustConfig(program, io)),
  );
}

function granted(config: Command, running: Running): void {
  const grants = add(config, {
    name: 'grants',
    does: 'list what you granted for always in this repository ("don\'t ask again")',
    examples: [
      ['agent config grants', 'with the numbers that agent config revoke takes'],
      ['agent config grants --all', 'of every repository'],
    ],
  });
  withJson(grants)
    .option('--all', 'of every repository')
    .action(async ({json, all}: {json?: true; all?: true}) =>
      act(running, grants, async ({program, io}) =>
        (await import('../config-grants.ts')).listGrants({json: json ?? false, all: all ?? false}, program, io),
      ),
    );
  const revoke = add(config, {
    name: 'revoke',
    does: 'take such a grant back',
    examples: [
      ['agent config revoke 2', 'the second of agent config grants'],
      ["agent config revoke 'shell npm test *'", 'by its rule'],
    ],
  });
  revoke
    .argument('<grant>', 'its number in `agent config grants`, or its rule')
    .option('--all', 'the number is one of `agent config grants --all`')
    .action(async (grant: string, {all}: {all?: true}) =>
      act(running, revoke, async ({program, io}) =>
        (await import('../config-grants.ts')).revokeGrant({grant, all: all ?? false}, program, io),
      ),
    );
}
