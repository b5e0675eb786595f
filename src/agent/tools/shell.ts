import {z} from 'zod';
import {defaultPolicy} from '../../core/truncation/policies.ts';
import type {ProcessGroup} from '../../core/vocabulary/outcome.ts';
import type {Background} from '../../ports/shell.ts';
import type {Ending, Running, Tool, World} from '../tool.ts';

const schema = z
  .strictObject({
    command: z.string().optional(),
    timeout_s: z.number().positive().max(86_400).optional(),
    background: z.boolean().optional(),
    read: z.string().optional().describe('a background id: its new output'),
    stop: z.string().optional().describe('a background id: end it'),
  })
  .superRefine((input, context) => {
    const refuse = (message: string): void => context.addIssue({code: 'custom', message});
    const given = [input.command, input.read, input.stop].filter(field => field !== undefined).length;
    if (given !== 1) refuse(`Give exactly one of command, read and stop; ${given === 0 ? 'none' : given} came.`);
    if (input.command?.trim() === '') refuse('command is empty.');
    if (input.command === undefined && input.background !== undefined) refuse('background goes with command only.');
  });

type Input = z.infer<typeof schema>;

export const shell: Tool<Input> = {
  name: 'shell',
  description:
    'Runs a bash command in the working folder; each call is a new shell, stdin is empty. Returns stdout and stderr in order; long output is shortened, ' +
    'read_output shows the rest. timeout_s ends it (default: minutes). For servers and watchers use background: true; it returns an id (bg1), then ' +
    'read: "bg1" gives new output (timeout_s: how long to wait for some) and stop: "bg1" ends it.',
  schema,
  readOnly: false,
  idempotent: false,
  destructive: true,
  policy: defaultPolicy,
  // Reading and stopping touch nothing but what an allowed command of this session started.
  risk: input => (input.command === undefined ? 'reads' : 'runs-command'),
  subjects: input => [
    input.command === undefined ? {kind: 'name', text: input.read ?? input.stop ?? ''} : {kind: 'command', text: input.command},
  ],
  run: async (input, world, call) => {
    if (input.read !== undefined) return await readBackground(input.read, {world, call, wait_ms: (input.timeout_s ?? 1) * 1000});
    if (input.stop !== undefined) return await stopBackground(input.stop, world, call);
    const command = {command: input.command ?? '', cwd: world.cwd, env: {...world.env, AGENT_IDEMPOTENCY_KEY: call.idempotency_key}};
    return input.background === true
      ? await startBackground(command, world, call)
      : await runCommand({...command, timeout_ms: timeoutOf(input, world)}, world, call);
  },
};

type Command = {command: string; cwd: string; env: Readonly<Record<string, string>>};

function timeoutOf(input: Input, world: World): number {
  return input.timeout_s === undefined ? world.shell_timeout_ms : input.timeout_s * 1000;
}

async function runCommand(command: Command & {timeout_ms: number}, world: World, call: Running): Promise<Ending> {
  let own: ProcessGroup | undefined;
  const spawned = (group: ProcessGroup): void => {
    own = group;
    call.spawned(group);
  };
  const ending = await world.shell.run({...command, spawned, out: (stream, bytes) => call.out(bytes, stream)}, call.signal).catch(error => {
    // What cannot be stored ends the command.
    if (own !== undefined) call.ended(own, 'stop');
    throw error;
  });
  if ('failure' in ending) return {kind: 'failed', error: ending.failure};
  const {exit, signal, settled, left_running} = ending;
  if (own !== undefined && !left_running.some(group => group.pgid === own?.pgid)) call.ended(own, settled === 'exit' ? 'itself' : settled);
  return {kind: 'ran', exit, signal, timedOut: settled === 'timeout', settled, left_running};
}

async function startBackground(command: Command, world: World, call: Running): Promise<Ending> {
  const started = await world.shell.start({...command, spawned: call.spawned, ended: call.ended});
  if ('failure' in started) return {kind: 'failed', error: started.failure};
  // A command that fails at once is then reported with its start.
  await started.news(firstNews_ms, call.signal);
  return await report(started, call);
}

async function readBackground(id: string, {world, call, wait_ms}: {world: World; call: Running; wait_ms: number}): Promise<Ending> {
  const found = world.shell.background(id);
  if (found === null) return noSuch(id, world);
  await found.news(wait_ms, call.signal);
  return await report(found, call);
}

async function stopBackground(id: string, world: World, call: Running): Promise<Ending> {
  const found = world.shell.background(id);
  if (found === null) return noSuch(id, world);
  await found.stop();
  return await report(found, call);
}

async function report(background: Background, call: Running): Promise<Ending> {
  const {output, dropped, running, exit, signal} = background.read();
  if (dropped > 0) await call.out(`[${dropped} older bytes of ${background.id} were dropped before they were read]\n`);
  for (const {stream, bytes} of output) {
    if ((await call.out(bytes, stream)) === 'stop') return {kind: 'done'};
  }
  const unfinished = output.at(-1)?.bytes.at(-1) ?? newline;
  const state = running ? 'is running' : `ended: ${signal ?? `exit ${exit}`}`;
  await call.out(`${unfinished === newline ? '' : '\n'}[${background.id} ${state}]\n`);
  return {kind: 'done'};
}

function noSuch(id: string, world: World): Ending {
  const all = world.shell.backgrounds().map(one => one.id);
  const hint = all.length === 0 ? 'None was started; start one with command and background: true.' : `There are: ${all.join(', ')}.`;
  return {kind: 'failed', error: {code: 'no-background', message: `There is no background command ${id}.`, retryable: false, hint}};
}

/** Milliseconds that the start of a background command waits for its first words. */
const firstNews_ms = 300;
const newline = 0x0a;
