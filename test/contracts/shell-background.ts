import {tmpdir} from 'node:os';
import {afterEach, describe, expect, test} from 'vitest';
import type {Shell} from '../../src/ports/shell.ts';
import {Marked} from '../support/marked.ts';

/** What every adapter of the shell port keeps for commands in the background. `make` gives a fresh one. */
export function backgroundContract(name: string, make: () => Shell): void {
  describe(`background contract: ${name}`, () => {
    const marked = new Marked();
    const shell = make();
    const cwd = tmpdir();
    afterEach(async () => {
      await shell.stopAll();
      expect(marked.left()).toEqual([]);
    });

    const quiet = new AbortController().signal;
    const start = async (command: string) => {
      const reports: [number, string][] = [];
      const started = await shell.start({
        command,
        cwd,
        env: marked.env(),
        spawned: () => {},
        ended: (group, by) => reports.push([group.pgid, by]),
      });
      if ('failure' in started) throw new Error(started.failure.message);
      return {background: started, reports};
    };
    const text = (output: readonly {bytes: Uint8Array}[]): string => Buffer.concat(output.map(piece => piece.bytes)).toString();

    test('read gives what is new, and the end', async () => {
      const {background, reports} = await start('echo one; sleep 0.2; echo two >&2; exit 7');
      await background.news(5_000, quiet);
      const first = background.read();
      expect([text(first.output), first.running, first.exit]).toEqual(['one\n', true, null]);
      await background.news(5_000, quiet);
      let second = background.read();
      const seen = [...second.output];
      while (second.running) {
        await background.news(5_000, quiet);
        second = background.read();
        seen.push(...second.output);
      }
      expect(seen.map(piece => [piece.stream, Buffer.from(piece.bytes).toString()])).toEqual([['stderr', 'two\n']]);
      expect(second).toMatchObject({dropped: 0, running: false, exit: 7, signal: null});
      await expect.poll(() => reports).toEqual([[background.group.pgid, 'itself']]);
    });

    test('keeps the newest MiB and counts the rest', async () => {
      const {background} = await start('head -c 3000000 /dev/zero; echo end; sleep 60');
      let total = 0;
      let tail = '';
      while (!tail.endsWith('end\n')) {
        await background.news(5_000, quiet);
        const {output, dropped} = background.read();
        const bytes = Buffer.concat(output.map(piece => piece.bytes));
        expect(bytes.length).toBeLessThanOrEqual(1024 * 1024);
        total += bytes.length + dropped;
        tail = bytes.subarray(-4).toString();
      }
      expect(total).toBe(3_000_004);
    });

    test('stop ends it with all that it started', async () => {
      const {background, reports} = await start('setsid sleep 60 & sleep 60 & wait');
      await background.stop();
      expect(marked.left()).toEqual([]);
      expect(background.read()).toMatchObject({running: false, signal: 'SIGTERM'});
      expect(reports).toEqual([[background.group.pgid, 'stop']]);
    });

    test('ids count up, are found again, and stopAll reports what it ended', async () => {
      const {background, reports} = await start('sleep 60');
      const {background: other} = await start('sleep 60');
      expect([shell.background(background.id), shell.background(other.id), shell.background('bg99')]).toEqual([background, other, null]);
      expect(Number(other.id.slice(2)) - Number(background.id.slice(2))).toBe(1);
      const stopped = await shell.stopAll();
      expect(stopped.map(group => group.pgid).toSorted((a, b) => a - b)).toEqual(
        [background.group.pgid, other.group.pgid].toSorted((a, b) => a - b),
      );
      await expect.poll(() => background.read().running).toBe(false);
      expect(reports).toEqual([]);
    });

    test('news wakes up at an abort', async () => {
      const {background} = await start('sleep 60');
      const interrupt = new AbortController();
      const waiting = background.news(60_000, interrupt.signal);
      interrupt.abort();
      await waiting;
    });
  });
}
