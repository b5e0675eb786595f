import {appendFileSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import type {ProcessGroup} from '../../src/core/vocabulary/outcome.ts';
import type {Continue, Shell, ShellCommand} from '../../src/ports/shell.ts';
import {Marked} from '../support/marked.ts';

export const programs = join(import.meta.dirname, '../../fixtures/programs');

/** What every adapter of the shell port keeps. `make` gives a fresh one. */
export function shellContract(name: string, make: () => Shell): void {
  describe(`shell contract: ${name}`, () => {
    const marked = new Marked();
    let shell: Shell;
    let cwd: string;
    beforeAll(() => {
      cwd = realpathSync(mkdtempSync(join(tmpdir(), 'shell-')));
      shell = make();
    });
    afterEach(async () => {
      await shell.stopAll();
      expect(marked.left()).toEqual([]);
    });
    afterAll(async () => {
      await marked.end();
      rmSync(cwd, {recursive: true});
    });

    type Given = Partial<Pick<ShellCommand, 'env' | 'timeout_ms' | 'out' | 'spawned' | 'cwd'>> & {signal?: AbortSignal};

    const run = async (command: string, given: Given = {}) => {
      const text: Record<'stdout' | 'stderr', string> = {stdout: '', stderr: ''};
      const pieces: Buffer[] = [];
      const groups: ProcessGroup[] = [];
      const ending = await shell.run(
        {
          command,
          cwd,
          env: marked.env(),
          timeout_ms: 20_000,
          spawned: group => void groups.push(group),
          out: (stream, bytes) => {
            text[stream] += Buffer.from(bytes).toString('latin1');
            pieces.push(Buffer.from(bytes));
            return 'go-on';
          },
          ...given,
        },
        given.signal ?? new AbortController().signal,
      );
      return {ending, ...text, bytes: Buffer.concat(pieces), groups};
    };

    const ended = (exit: number | null, signal: string | null = null, settled = 'exit') => ({exit, signal, settled, left_running: []});

    const long = `#${'x'.repeat(150_000)}`;
    const cases: [title: string, command: string, stdout: string, stderr: string, exit: number][] = [
      ['both pipes and the exit code', 'echo out; echo err >&2; exit 3', 'out\n', 'err\n', 3],
      ['stdin is empty', 'cat; read x || echo none', 'none\n', '', 0],
      ['no arguments', 'echo "$# [$*]"', '0 []\n', '', 0],
      ['several lines', 'echo a\n\necho b\n', 'a\nb\n', '', 0],
      ['a comment first', '# why\necho a', 'a\n', '', 0],
      ['only a comment', '# nothing', '', '', 0],
      ['empty', '', '', '', 0],
      ['a heredoc', "cat <<'EOF'\n$HOME `x` \"'\nEOF\n", '$HOME `x` "\'\n', '', 0],
      ['set -e', 'set -e\nfalse\necho never', '', '', 1],
      ['exec', 'exec sh -c "echo replaced; exit 4"', 'replaced\n', '', 4],
      ['a trap on exit', "trap 'echo bye' EXIT; exit 5", 'bye\n', '', 5],
      ['quotes', `echo "it's" '"q"' \\$ \\\\`, 'it\'s "q" $ \\\n', '', 0],
      ['no descriptors but the three', 'for n in 3 4 5 6 7 8 9; do (: <&$n) 2>/dev/null && echo "open $n"; done; :', '', '', 0],
      ['waiting for a child', '(sleep 0.05; echo late) & wait; echo end', 'late\nend\n', '', 0],
      ['a dying writer is not left running', 'yes | head -n 1', 'y\n', '', 0],
    ];
    test.each(cases)('%s', async (_title, command, stdout, stderr, exit) => {
      expect(await run(command)).toMatchObject({ending: ended(exit), stdout, stderr});
    });

    // A comment of 150 KB more than any argument may be, and the same must come out.
    test.each(cases.filter(([title]) => title !== 'empty'))(
      'the same in a very long command: %s',
      async (_title, command, stdout, stderr, exit) => {
        expect(await run(`${command}\n${long}`)).toMatchObject({ending: ended(exit), stdout, stderr});
      },
    );

    test('a syntax error stops where it stands, with its line', async () => {
      const {ending, stdout, stderr} = await run('echo first\nif then');
      expect(ending).toEqual(ended(2));
      expect(stdout).toBe('first\n');
      expect(stderr).toContain('line 2');
    });

    test('an unknown command names its line', async () => {
      const {ending, stderr} = await run('true\ntrue\nno-such-command');
      expect(ending).toEqual(ended(127));
      expect(stderr).toMatch(/3: .*no-such-command/);
    });

    test('a shell that a signal ends has no exit code', async () => {
      expect((await run('kill -KILL $$')).ending).toEqual(ended(null, 'SIGKILL'));
    });

    test('exactly the given environment, odd names too', async () => {
      const env = marked.env({PLAIN: 'two words', 'BASH_FUNC_greet%%': '() {  echo hello\n}'});
      const {stdout} = await run('env -0', {env});
      const seen = Object.fromEntries(
        stdout
          .split('\0')
          .filter(Boolean)
          .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
      for (const added of ['PWD', 'OLDPWD', 'SHLVL', '_']) delete seen[added];
      expect(seen).toEqual(env);
    });

    test('runs in its folder', async () => {
      expect(await run('pwd -P')).toMatchObject({stdout: `${cwd}\n`});
    });

    test('a folder that is not there, and a NUL byte, are failures', async () => {
      expect((await run('true', {cwd: join(cwd, 'gone')})).ending).toMatchObject({failure: {code: 'no-folder'}});
      expect((await run('echo \0')).ending).toMatchObject({failure: {code: 'invalid-command'}});
      expect((await run(`echo \0 ${long}`)).ending).toMatchObject({failure: {code: 'invalid-command'}});
    });

    test('its group is known before its first instruction', async () => {
      const file = join(cwd, 'was-there');
      let before: boolean | undefined;
      const spawned = (): void => {
        // Long enough for a command that does not wait.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
        before = existsSync(file);
      };
      expect((await run(`: >${file}`, {spawned})).ending).toEqual(ended(0));
      expect([before, existsSync(file)]).toEqual([false, true]);
      expect((await run('echo $$')).stdout).toMatch(/^\d+\n$/);
      const {stdout, groups} = await run('echo $$');
      expect(groups).toMatchObject([{pgid: Number(stdout), command: 'echo $$'}]);
    });

    test('a group that cannot be recorded never runs', async () => {
      const file = join(cwd, 'never');
      const spawned = (): never => {
        throw new Error('disk full');
      };
      await expect(run(`: >${file}`, {spawned})).rejects.toThrow('disk full');
      expect(existsSync(file)).toBe(false);
    });

    test('output comes in the order of arrival', async () => {
      const taken = join(cwd, 'taken');
      const all: Uint8Array[] = [];
      const out = (_stream: string, bytes: Uint8Array): 'go-on' => {
        all.push(Buffer.from(bytes));
        appendFileSync(taken, '.');
        return 'go-on';
      };
      await run(`exec node ${programs}/interleaves.mjs ${taken}`, {out});
      expect(Buffer.concat(all).toString()).toBe('1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n');
    });

    test.each([
      ['flood.mjs', 1],
      ['binary.mjs', 0],
      ['broken-utf8.mjs', 0],
      ['redraws.mjs', 0],
      ['one-long-line.mjs', 0],
    ])('every byte of %s comes, in order', async (program, exit) => {
      const file = join(cwd, program);
      const {ending, bytes} = await run(`node ${programs}/${program} | tee ${file}; exit ${exit}`);
      expect(ending).toEqual(ended(exit));
      expect(bytes.equals(readFileSync(file))).toBe(true);
      expect(bytes.length).toBeGreaterThan(10);
    });

    test('one call of out at a time, and nothing is lost while it waits', async () => {
      let inside = 0;
      let most = 0;
      let total = 0;
      const out = async (_stream: string, bytes: Uint8Array): Promise<Continue> => {
        most = Math.max(most, (inside += 1));
        await new Promise(resolve => setTimeout(resolve, 4));
        total += bytes.length;
        inside -= 1;
        return 'go-on';
      };
      const {ending} = await run('head -c 3000000 /dev/zero & head -c 1000000 /dev/zero >&2; wait', {out});
      expect([ending, most, total]).toEqual([ended(0), 1, 4_000_000]);
    });

    test('what the shell printed is whole though out is slower than the wait for the pipe, and the pipe is held', async () => {
      let total = 0;
      const out = async (_stream: string, bytes: Uint8Array): Promise<Continue> => {
        await new Promise(resolve => setTimeout(resolve, 300));
        total += bytes.length;
        return 'go-on';
      };
      const {ending} = await run('sleep 60 & head -c 150000 /dev/zero', {out});
      expect(ending).toMatchObject({exit: 0, settled: 'exit'});
      expect(total).toBe(150_000);
    });

    test("'stop' ends a command that prints forever", async () => {
      let total = 0;
      const out = (_stream: string, bytes: Uint8Array): Continue => ((total += bytes.length) > 5_000_000 ? 'stop' : 'go-on');
      const {ending} = await run(`node ${programs}/prints-forever.mjs; echo after`, {out});
      expect(ending).toMatchObject({settled: 'output-limit', left_running: []});
      expect(total).toBeLessThan(6_000_000);
    });

    test.each([
      [
        'throws',
        () => {
          throw new Error('no room');
        },
      ],
      ['rejects', () => Promise.reject(new Error('no room'))],
    ])('out that %s ends the group, and its error comes out', async (_how, out) => {
      await expect(run('echo x; sleep 60', {out})).rejects.toThrow('no room');
    });

    test('a timeout ends the whole group, the stubborn with KILL', async () => {
      expect((await run('sleep 60 & sleep 60', {timeout_ms: 100})).ending).toEqual(ended(null, 'SIGTERM', 'timeout'));
      const {ending, stdout} = await run(`exec node ${programs}/ignores-term.mjs`, {timeout_ms: 500});
      expect(ending).toEqual(ended(null, 'SIGKILL', 'timeout'));
      expect(stdout).toBe('ready\nignored SIGTERM\n');
    });

    test('an interrupt ends it at once, daemons, stopped ones and a swarm too', async () => {
      const interrupt = new AbortController();
      const command = `setsid sleep 60 & sh -c 'kill -STOP $$' & sh ${programs}/swarm.sh & exec node ${programs}/becomes-a-daemon.mjs & wait`;
      let up = 0;
      const out = (_stream: string, bytes: Uint8Array): Continue => {
        up += Buffer.from(bytes).toString().split('up').length - 1;
        // One, four, sixteen and sixty-four.
        if (up === 85) interrupt.abort();
        return 'go-on';
      };
      const {ending} = await run(command, {out, signal: interrupt.signal});
      expect(ending).toMatchObject({settled: 'interrupt', left_running: []});
      expect(marked.left()).toEqual([]);
    });

    test('an interrupt during the grace of a timeout does not wait for its end', async () => {
      const interrupt = new AbortController();
      const out = (_stream: string, bytes: Uint8Array): Continue => {
        if (Buffer.from(bytes).includes('ignored')) interrupt.abort();
        return 'go-on';
      };
      const {ending} = await run(`exec node ${programs}/ignores-term.mjs`, {timeout_ms: 400, out, signal: interrupt.signal});
      expect(ending).toEqual(ended(null, 'SIGKILL', 'timeout'));
    });

    test('interrupted before it began, it never runs', async () => {
      const {ending, groups} = await run('echo x', {signal: AbortSignal.abort()});
      expect([ending, groups]).toEqual([ended(null, null, 'interrupt'), []]);
    });

    test.each([
      ['&', 'sleep 60 &'],
      ['nohup', 'nohup sleep 60 >/dev/null 2>&1 &'],
      ['disown', 'sleep 60 & disown'],
      ['setsid', 'setsid sleep 60 &'],
      ['setsid without pipes', 'setsid sleep 60 >/dev/null 2>&1 &'],
      ['a double fork', '(setsid sh -c "sleep 60 & exit" >/dev/null 2>&1 &)'],
      ['job control', 'set -m; sleep 60 &'],
    ])('what is left running by %s is named, lives, and ends with the session', async (_how, command) => {
      const {ending, stdout} = await run(`${command}\necho started`);
      expect(stdout).toBe('started\n');
      // A daemon may be seen while it is still on its way, as the program that starts it.
      expect(ending).toMatchObject({
        exit: 0,
        settled: 'exit',
        left_running: expect.arrayContaining([
          {pgid: expect.any(Number), started: expect.any(String), command: expect.stringContaining('sleep 60')},
        ]),
      });
      await expect.poll(() => marked.left()).toEqual(['sleep 60']);
      expect(await shell.stopAll()).toMatchObject([{command: 'sleep 60'}]);
      expect(await shell.stopAll()).toEqual([]);
    });

    test('a daemon is found at whatever moment of its birth the shell exits', async () => {
      for (let n = 0; n < 20; n += 1) {
        const {ending} = await run('(setsid sh -c "sleep 60 & exit" >/dev/null 2>&1 &)');
        expect(ending).toMatchObject({left_running: [{}]});
      }
      await shell.stopAll();
      expect(marked.left()).toEqual([]);
    });

    test('a server left running lives on while it prints into the pipe that nobody reads', async () => {
      const {ending, stdout} = await run(`node ${programs}/holds-the-pipe.mjs & sleep 0.5`);
      const port = /listening on (\d+)/.exec(stdout)?.[1];
      expect(ending).toMatchObject({left_running: [{}]});
      await new Promise(resolve => setTimeout(resolve, 200));
      expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('up\n');
    });

    test('a daemon that left everything behind is found', async () => {
      const {ending} = await run(`node ${programs}/becomes-a-daemon.mjs`);
      expect(ending).toMatchObject({exit: 0, left_running: [{}]});
    });
  });
}
