import {existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {sha256} from '../../../src/core/log/chain.ts';
import {replayHtml} from '../../../src/surfaces/cli/replay-html.ts';
import {targetOf, writeOut} from '../../../src/surfaces/cli/write-out.ts';
import {captured, CliWorld} from './world.ts';

describe('agent sessions export', () => {
  const world = new CliWorld();
  const home = world.env['AGENT_HOME'] ?? '';
  const at = (name: string) => join(world.repo, name);
  const read = (name: string) => readFileSync(at(name), 'utf8');
  const logOf = (id: string) => join(home, 'sessions', id, 'log.jsonl');
  let id = '';

  beforeAll(async () => {
    id = await world.session({prompt: 'Do <it>', commands: ['echo three >> a.txt; echo said', 'seq 3000']});
  });
  afterAll(() => world.remove());

  test('as Markdown on stdout, where nothing else is said', async () => {
    const {code, out, err} = await world.run(['sessions', 'export', id.slice(0, 5)]);
    expect({code, err}).toEqual({code: 0, err: ''});
    expect(out).toMatch(new RegExp(`^# Do \\\\<it\\\\>\n\n- session: \`${id}\`\n`));
    expect(out).toContain('```sh\necho three >> a.txt; echo said\n```\n\n```\nsaid\n```\n');
    expect((await world.run(['sessions', 'export', '--last', '-o', '-'])).out).toBe(out);
  });

  test('as JSON: every record as it lies in the log, every output as the model saw it, by its hash', async () => {
    const {code, out} = await world.run(['sessions', 'export', id, '--format', 'json']);
    const {v, session, records, outputs} = JSON.parse(out) as {
      v: number;
      session: string;
      records: unknown[];
      outputs: Record<string, string>;
    };
    expect([code, v, session]).toEqual([0, 1, id]);
    expect(records.map(record => JSON.stringify(record)).join('\n')).toBe(readFileSync(logOf(id), 'utf8').trimEnd());
    expect(Object.entries(outputs).map(([hash, text]) => sha256(text) === hash)).toEqual([true, true]);
    expect(Object.values(outputs)).toContain('said\n');
    expect(Object.values(outputs).join('')).toContain('lines not shown');
  });

  test('as a page, with the patch of the step that changed a file', async () => {
    const {code, out, err} = await world.run(['sessions', 'export', id, '-o', 'page.html']);
    expect({code, out, err}).toEqual({code: 0, out: '', err: `Session ${id} is written to ${at('page.html')}\n`});
    expect(read('page.html')).toMatch(/^<!doctype html>\n<html lang="en">[\s\S]*<\/html>\n$/);
    expect(read('page.html')).toContain('<span class="add">+three</span>');
    expect(read('page.html')).toMatch(/<span class="receipt">\d+ \+ \d+ of 3,000 lines/);
  });

  test.each([
    ['x.md', /^# Do/],
    ['x.HTM', /^<!doctype/],
    ['x.json', /^\{"v":1/],
    ['x.txt', /^# Do/],
  ])('the form is what the name ends in: %s', async (file, beginning) => {
    expect((await world.run(['sessions', 'export', id, '-o', file])).code).toBe(0);
    expect(read(file)).toMatch(beginning);
  });

  test('a file that is there is refused, and overwritten only on demand; a link leads to its file', async () => {
    writeFileSync(at('mine.md'), 'mine');
    symlinkSync('mine.md', at('link.md'));
    for (const name of ['mine.md', 'link.md']) {
      expect(await world.run(['sessions', 'export', id, '-o', name])).toEqual({
        code: 2,
        out: '',
        err: `error: ${at(name)} is there already, and nothing was written.\nOverwrite it: agent sessions export ${id} --format md -o ${name} --force\n`,
      });
      expect(read('mine.md')).toBe('mine');
    }
    expect((await world.run(['sessions', 'export', id, '-o', 'link.md', '--force'])).err).toBe(
      `Session ${id} is written to ${realpathSync(world.repo)}/mine.md\n`,
    );
    expect(read('mine.md')).toMatch(/^# Do/);
  });

  test('what cannot be a file is said before anything is done', async () => {
    mkdirSync(at('folder'));
    const folder = await world.run(['sessions', 'export', id, '-o', 'folder']);
    expect(folder).toEqual({code: 2, out: '', err: `error: ${at('folder')} is a folder.\nName a file in it: folder/session.md\n`});
    const missing = await world.run(['sessions', 'export', id, '-o', 'no/such/s.md']);
    expect(missing).toEqual({code: 2, out: '', err: `error: There is no folder ${at('no/such')}.\nMake it: mkdir -p ${at('no/such')}\n`});
    const device = await world.run(['sessions', 'export', id, '-o', '/dev/null', '--force']);
    expect(device).toEqual({
      code: 2,
      out: '',
      err: 'error: /dev/null is no ordinary file.\nName another file, or one that is not there yet.\n',
    });
    expect((await world.run(['sessions', 'export', id, '--format', 'pdf'])).code).toBe(2);
    expect((await world.run(['sessions', 'export', 'nosuch'])).code).toBe(2);
    expect((await world.run(['sessions', 'export', id, '--last'])).code).toBe(2);
  });

  test('what cannot be written leaves no part of a file', async () => {
    mkdirSync(at('closed'), {mode: 0o500});
    const refused = {code: 1, out: '', err: expect.stringContaining('could not be written: ') as string};
    // The superuser may write anywhere but there.
    const place = process.getuid?.() === 0 ? '/proc/s.md' : 'closed/s.md';
    if (existsSync('/proc/self') || place !== '/proc/s.md')
      expect(await world.run(['sessions', 'export', id, '-o', place])).toEqual(refused);
    expect(readdirSync(at('closed'))).toEqual([]);
    expect(readdirSync(world.repo).filter(name => name.endsWith('.part'))).toEqual([]);
  });

  test('a signal ends it, and leaves no part of a file', async () => {
    const {io, err} = captured();
    const target = await targetOf({file: 'cut.md', dir: world.repo, force: false, again: ''});
    const pieces = async function* () {
      yield 'the beginning';
      process.emit('SIGINT');
      for (;;) {
        await new Promise(resolve => setTimeout(resolve, 1));
        yield 'more';
      }
    };
    expect(await writeOut(target, pieces(), io)).toBe('interrupted');
    process.removeAllListeners('SIGINT');
    expect([err(), readdirSync(world.repo).filter(name => name.includes('cut.md'))]).toEqual(['', []]);
  });

  test('on a terminal nothing of a session is obeyed', async () => {
    const loud = await world.session({prompt: 'Say \u001b]0;title\u0007it \u009b31m', commands: ['printf "\\033[31mred\\033[0m"']});
    for (const format of ['md', 'html', 'json'])
      expect((await world.run(['sessions', 'export', loud, '--format', format], {terminal: true})).out).not.toMatch(
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/,
      );
  });

  test('an output that is gone is said in its place, and the exit code is 6', async () => {
    const one = await world.session({prompt: 'One', commands: ['echo only here']});
    const blob = sha256('only here\n');
    rmSync(join(home, 'blobs', blob.slice(0, 2), `${blob}.zst`));
    for (const [format, words] of [
      ['md', '**The output of 1.1 is missing from the store, or damaged.**'],
      ['html', '<p class="missing">The output of 1.1 is missing from the store, or damaged.</p>'],
      ['json', `"${blob}":null`],
    ] as const) {
      const {code, out, err} = await world.run(['sessions', 'export', one, '--format', format]);
      expect([code, err]).toEqual([6, expect.stringContaining('The output of 1.1 is missing') as string]);
      expect(out).toContain(words);
    }
  });

  test('where the checkpoints are gone, the page is written all the same', async () => {
    const two = await world.session({prompt: 'Two', commands: ['echo more >> a.txt']});
    const aside = join(home, 'checkpoints');
    rmSync(aside, {recursive: true});
    const {code, err} = await world.run(['sessions', 'export', two, '-o', 'two.html']);
    expect([code, err]).toEqual([6, expect.stringContaining('What changed in the files cannot be shown: ') as string]);
    expect(read('two.html')).toContain('What changed in the files cannot be shown: ');
    expect(read('two.html')).toContain('End of the session.');
  });

  test('of a damaged log what stands before the damage is written, and the exit code is 1', async () => {
    const lines = readFileSync(logOf(id), 'utf8').split('\n');
    writeFileSync(logOf(id), [...lines.slice(0, 6), 'damage', ...lines.slice(7)].join('\n'));
    for (const format of ['md', 'html', 'json']) {
      const {code, out, err} = await world.run(['sessions', 'export', id, '--format', format]);
      expect([code, err]).toEqual([1, expect.stringContaining('Written is what stands before the damage: ') as string]);
      expect(out).toContain('Do ');
      if (format === 'json') expect((JSON.parse(out) as {records: unknown[]}).records).toHaveLength(6);
    }
  });

  test('replay writes the same page', async () => {
    const three = await world.session({prompt: 'Three'});
    const {io, err} = captured();
    const options = {session: three, last: false, dir: world.repo, file: 'three.html', force: false};
    expect(await replayHtml(options, world.program(), io)).toBe(0);
    expect(err()).toContain(at('three.html'));
    expect(statSync(at('three.html')).size).toBeGreaterThan(1_000);
    await expect(replayHtml(options, world.program(), io)).rejects.toThrow(`Overwrite it: agent replay ${three} --html three.html --force`);
  });
});
