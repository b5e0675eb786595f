import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {spawn} from '@lydell/node-pty';
import xterm from '@xterm/headless';

export type TerminalOptions = {
  columns?: number;
  rows?: number;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  home?: string;
};

/** A program on a real pseudo-terminal, and what a terminal of that size shows of it. */
export async function openTerminal(program: string, {columns = 80, rows = 24, args = [], env = {}, home}: TerminalOptions = {}) {
  const folder = home ?? (await mkdtemp(join(tmpdir(), 'agent-ui-')));
  const commands = join(folder, 'commands.jsonl');
  const screen = new xterm.Terminal({cols: columns, rows, scrollback: 5_000, allowProposedApi: true});
  const base = {...process.env, CI: '1', TERM: 'xterm-256color', HARNESS_COMMANDS: commands, HARNESS_HOME: folder, ...env};
  const child = spawn(process.execPath, [program, ...args], {cols: columns, rows, env: base});
  let raw = '';
  let exit: number | null = null;
  child.onData(data => {
    raw += data;
    screen.write(data);
  });
  // What a terminal answers (such as where its cursor is) is the program's input.
  screen.onData(answer => child.write(answer));
  child.onExit(({exitCode}) => (exit = exitCode));
  const lines = (from: number, count: number) =>
    Array.from({length: count}, (_, row) => screen.buffer.active.getLine(from + row)?.translateToString(true) ?? '');
  const all = () => lines(0, screen.buffer.active.length).join('\n').trimEnd();
  const until = async (isThere: () => boolean | Promise<boolean>, what: string) => {
    for (let tries = 0; tries < 500; tries++) {
      if (await isThere()) return;
      await delay(20);
    }
    throw new Error(`Never seen: ${what}. The terminal shows:\n${all()}`);
  };
  return {
    folder,
    raw: () => raw,
    /** The rows of the screen as it is now. */
    shown: () => lines(screen.buffer.active.baseY, screen.rows).join('\n').trimEnd(),
    /** With what was scrolled away. */
    all,
    cursor: () => ({x: screen.buffer.active.cursorX, y: screen.buffer.active.cursorY}),
    type: (text: string) => child.write(text),
    resize: (to: {columns: number; rows: number}) => {
      screen.resize(to.columns, to.rows);
      child.resize(to.columns, to.rows);
    },
    sees: (text: string | RegExp) => until(() => (typeof text === 'string' ? all().includes(text) : text.test(all())), String(text)),
    until,
    /** Waits until nothing has been drawn for a while. */
    rests: async () => {
      for (let before = -1; before !== raw.length;) {
        before = raw.length;
        await delay(120);
      }
    },
    commands: async (): Promise<readonly Record<string, unknown>[]> =>
      (await readFile(commands, 'utf8').catch(() => ''))
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line) as Record<string, unknown>),
    exit: async () => {
      await until(() => exit !== null, 'the end of the program');
      return exit;
    },
    pid: child.pid,
    close: async () => {
      if (exit === null) child.kill('SIGKILL');
      if (home === undefined) await rm(folder, {recursive: true, force: true});
    },
  };
}
