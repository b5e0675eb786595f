import {RootCommand, script, type Complete} from '@bomb.sh/tab';
import type {Command, Option} from 'commander';
import type {Program} from '../../agent/program.ts';
import type {ExitCode} from '../../agent/stop.ts';
import {everyCommand} from './tree/command.ts';
import {listedSessions} from './session-list.ts';
import {pathOf} from './usage-error.ts';

/** `agent completion <shell>`. */
export async function completionScript(shell: string): Promise<ExitCode> {
  script(shell, 'agent', 'agent');
  return 0;
}

/** `agent complete -- <words>`, which the scripts call at every Tab: what may stand where the last word stands. */
export async function complete(words: readonly string[], root: Command, program: Program): Promise<ExitCode> {
  const completions = new RootCommand();
  const named = await names(words, program);
  for (const command of everyCommand(root)) {
    const path = pathOf(command).split(' ').slice(1).join(' ');
    if (path === 'complete') continue;
    const target = path === '' ? completions : completions.command(path, command.description());
    for (const option of command.options) addOption(target, option, named);
    for (const argument of command.registeredArguments) {
      const handler =
        argument.argChoices === undefined ? named.get(argument.name()) : offer(argument.argChoices.map(choice => [choice, '']));
      if (handler !== undefined) target.argument(argument.name(), handler, argument.variadic);
    }
  }
  completions.parse([...words]);
  return 0;
}

/** Puts every value forward; the script's own shell filters them. */
type Offering = (complete: Complete) => void;
type Names = ReadonlyMap<string, Offering>;
type Offer = readonly (readonly [value: string, description: string])[];

const offer =
  (values: Offer): Offering =>
  complete => {
    for (const [value, description] of values) complete(value, description);
  };

/** What is looked up only where it may be asked for: the ids of sessions, the names of models. */
async function names(words: readonly string[], program: Program): Promise<Names> {
  const typed = words.slice(0, -1);
  const isModels = ['-m', '--model'].includes(typed.at(-1) ?? '') || typed.includes('models');
  const ids = typed.length > 0 && !isModels ? await sessionIds(program) : [];
  const models = isModels ? await modelNames(program) : [];
  return new Map([
    ['id', offer(ids)],
    ['name', offer(models)],
    ['model', offer(models)],
    ['resume', offer(ids)],
  ]);
}

const most = 50;

async function sessionIds(program: Program): Promise<Offer> {
  const ids: [string, string][] = [];
  for await (const {id, title} of listedSessions({dir: program.cwd, all: false}, program)) if (ids.push([id, title]) === most) break;
  return ids;
}

const patience = 1_500;

/** A Tab waits for no server that is slow to answer. */
async function modelNames(program: Program): Promise<Offer> {
  const late = new Promise<readonly []>(resolve => setTimeout(resolve, patience, []).unref());
  const found = await Promise.race([program.models().then(models => models.found()), late]);
  return found.flatMap(({models, provider}) => models.map(({name}) => [`${provider}/${name}`, provider] as const));
}

type Target = Pick<RootCommand, 'option'>;

function addOption(target: Target, option: Option, named: Names): void {
  if (option.long === undefined || option.long === null) return;
  const name = option.long.slice(2);
  const short = option.short?.slice(1);
  const values = option.argChoices === undefined ? (named.get(name) ?? offer([])) : offer(option.argChoices.map(choice => [choice, '']));
  if (option.required || option.optional) target.option(name, option.description, values, short);
  else if (short === undefined) target.option(name, option.description);
  else target.option(name, option.description, short);
}
