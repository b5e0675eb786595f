import {Option, type Command} from 'commander';
import {Stop} from '../../../agent/stop.ts';
import {unreachable} from '../../../core/log/fold.ts';
import {speedFactor, wholeNumber} from '../numbers.ts';
import {act, add, valued, withJson, withSession, withYes, type Act, type Running} from './command.ts';

type Options = {
  last?: true;
  json?: true;
  plain?: true;
  from?: number;
  to?: number;
  speed?: number;
  html?: string;
  force?: true;
  verify?: true;
  rerun?: true;
  keep?: true;
  yes?: true;
  compare?: string;
};

/** `agent replay`: seen as it happened, written out, proven, run again, or beside another. */
export function replayCommand(root: Command, group: string, running: Running): void {
  const command = add(root, {
    name: 'replay',
    group,
    does: 'a session as it happened: on a terminal with a time slider, else line by line; or proven, or run again',
    examples: [
      ['agent replay --last', 'of the newest session of this repository'],
      ['agent replay k3f --from 10 --to 12', 'these steps of it'],
      ['agent replay k3f --plain --speed 4', 'line by line, four times as fast as it was'],
      ['agent replay k3f --html k3f.html', 'as one page with a slider, to be given away'],
      ['agent replay k3f --verify', 'prove that the same requests come of the log again'],
      ['agent replay k3f --rerun', 'run its tools again, and see what differs'],
      ['agent replay --compare k3f m2p', 'two sessions side by side, from where they part'],
    ],
  });
  withYes(withJson(withSession(command)))
    .addOption(new Option('--plain', 'a line at a time, on a terminal too').conflicts('json'))
    .addOption(valued('--from <step>', 'begin with this step', wholeNumber))
    .addOption(valued('--to <step>', 'end after this step', wholeNumber))
    .addOption(
      valued('--speed <factor>', 'wait between records as it was: 1 as it happened, 4 four times as fast, 0 not at all', speedFactor),
    )
    .option('--html <file>', 'write it as one page that needs no network')
    .option('--force', 'with --html: overwrite the file')
    .option('--verify', 'run the loop again over what was recorded, and compare every request byte for byte')
    .option('--rerun', 'the recorded model, and the tools run again in a fresh worktree')
    .option('--keep', 'with --rerun: keep its worktree')
    .option('--compare <session>', 'lay this session beside the other one that is named')
    .action(async (id: string | undefined, options: Options) => act(running, command, chosen(id, options)));
}

const forms = ['html', 'verify', 'rerun', 'compare'] as const;

function chosen(id: string | undefined, options: Options): Act {
  const given = forms.filter(form => options[form] !== undefined);
  const [form, other] = given;
  if (other !== undefined) throw new Stop(2, `--${form} and --${other} are different things: give one of them.\nType: agent replay --help`);
  refuseLonely(form, options);
  const {last = false, json = false, yes = false} = options;
  return async ({program, io}) => {
    const named = {session: id ?? null, last, dir: program.cwd};
    switch (form) {
      case 'html':
        return (await import('../replay-html.ts')).replayHtml(
          {...named, file: options.html ?? '', force: options.force === true},
          program,
          io,
        );
      case 'verify':
        return (await import('../replay-verify.ts')).replayVerify({...named, json}, program, io);
      case 'rerun':
        return (await import('../replay-rerun.ts')).rerun({...named, keep: options.keep === true, yes, json}, program, io);
      case 'compare': {
        if (id === undefined)
          throw new Stop(2, 'Two sessions are compared, and one was named.\nType: agent replay --compare <one> <other>');
        const sides = {left: options.compare ?? '', right: id, dir: program.cwd, plain: options.plain === true, json};
        return (await import('../replay-compare.ts')).compareSessions(sides, program, io);
      }
      case undefined: {
        const {from = null, to = null, speed = null} = options;
        const shown = json ? 'json' : options.plain === true ? 'plain' : 'player';
        return (await import('../replay.ts')).replay({...named, form: shown, from, to, speed}, program, io);
      }
      default:
        return unreachable(form);
    }
  };
}

/** What belongs to one form says so, in place of doing nothing. */
function refuseLonely(form: (typeof forms)[number] | undefined, options: Options): void {
  const belongs = {
    force: ['html'],
    keep: ['rerun'],
    yes: ['rerun'],
    from: [undefined],
    to: [undefined],
    speed: [undefined],
    plain: [undefined, 'compare'],
  } as const;
  for (const [name, to] of Object.entries(belongs)) {
    if (options[name as keyof Options] === undefined || (to as readonly unknown[]).includes(form)) continue;
    throw new Stop(
      2,
      `--${name} does not go with ${form === undefined ? 'a replay that is looked at' : `--${form}`}.\nType: agent replay --help`,
    );
  }
}
