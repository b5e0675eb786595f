import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Manifest} from '../../../src/agent/portable/manifest.ts';
import {chainStart} from '../../../src/core/log/chain.ts';
import {encode} from '../../../src/core/log/codec.ts';
import type {Recorded} from '../../../src/core/vocabulary/event.ts';
import type {SessionId} from '../../../src/core/vocabulary/ids.ts';
import {manifestIn, packed, partsOf, tarOf, writeParts, type Part} from '../../support/craft-archive.ts';
import {bytesOf, git} from '../../support/git-repository.ts';
import {CliWorld, type Said} from './world.ts';

const here = new CliWorld();
const there = new CliWorld();
const home = there.env['AGENT_HOME'] ?? '';
let id: SessionId;
let file = '';
let parts: readonly Part[] = [];

beforeAll(async () => {
  id = await here.session({
    prompt: 'Work',
    commands: ['seq 1 5000', 'mkdir -p sub; echo made > sub/made.txt; printf "\\377" > bytes', 'echo more >> a.txt'],
  });
  file = join(here.root, `${id}.agent.tar.zst`);
  const {code, err} = await here.run(['sessions', 'export', id, '--format', 'archive', '-o', file]);
  expect(code, err).toBe(0);
  parts = partsOf(file);
});
afterAll(() => {
  here.remove();
  there.remove();
});

const importing = (path: string, ...more: string[]): Promise<Said> => there.run(['sessions', 'import', path, ...more]);
const fresh = (): void => rmSync(home, {recursive: true, force: true});
/** What is in the other home, but for the empty folder that imports work in. */
const inPlace = (): readonly string[] =>
  existsSync(home) ? readdirSync(home, {recursive: true, encoding: 'utf8'}).filter(name => name !== 'archives') : [];

describe('an archive', () => {
  test('has the log byte for byte, every blob as it is stored, and the checkpoints as a bundle that git takes', () => {
    const log = join(here.env['AGENT_HOME'] ?? '', 'sessions', id, 'log.jsonl');
    expect(parts.map(({name}) => name.replace(/[0-9a-f]{64}/, 'SHA'))).toEqual([
      'manifest.json',
      'log.jsonl',
      ...parts.filter(({name}) => name.startsWith('blobs/')).map(() => 'blobs/SHA.zst'),
      'checkpoints.bundle',
    ]);
    expect(parts[1]!.bytes.equals(readFileSync(log))).toBe(true);
    for (const {name, bytes} of parts.filter(part => part.name.startsWith('blobs/'))) {
      const ref = name.slice('blobs/'.length, -'.zst'.length);
      expect(bytes.equals(readFileSync(join(here.env['AGENT_HOME'] ?? '', 'blobs', ref.slice(0, 2), `${ref}.zst`)))).toBe(true);
    }
    const bundle = join(here.root, 'checkpoints.bundle');
    writeFileSync(bundle, parts.at(-1)!.bytes);
    expect(git(here.repo, 'bundle', 'verify', bundle)).toContain('refs/agent/trees/');
  });

  test('is the same each time, whatever else happened in the home, and says what leaves the machine', async () => {
    await here.session({prompt: 'Another', commands: ['echo other > other.txt']});
    const again = await here.run(['sessions', 'export', id, '-o', join(here.root, 'again.agent.tar.zst')]);
    expect(again.out).toBe(`${join(here.root, 'again.agent.tar.zst')}\n`);
    expect(again.err).toMatch(
      new RegExp(`^Session ${id}: \\d+ records .* \\d+ stored outputs .* \\d+ checkpoints with \\d+ contents of files`),
    );
    expect(again.err).toContain('Secrets that were masked');
    expect(readFileSync(join(here.root, 'again.agent.tar.zst')).equals(readFileSync(file))).toBe(true);
  });

  test('changes nothing in the store, and is not written over what is there', async () => {
    const checkpoints = join(here.env['AGENT_HOME'] ?? '', 'checkpoints');
    const before = bytesOf(checkpoints);
    const refused = await here.run(['sessions', 'export', id, '--format', 'archive', '-o', file]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('is there already')]);
    expect((await here.run(['sessions', 'export', id, '--format', 'archive', '-o', file, '--force'])).code).toBe(0);
    expect(bytesOf(checkpoints)).toEqual(before);
    expect(readdirSync(join(here.env['AGENT_HOME'] ?? '', 'archives'))).toEqual([]);
    expect((await here.run(['sessions', 'export', id, '--format', 'archive', '-o', '-'])).code).toBe(2);
    expect((await here.run(['sessions', 'export', id, '--format', 'md', '--partial'])).code).toBe(2);
    expect((await here.run(['sessions', 'export', id, '--format', 'archive', '-o', join(here.root, 'no', 'x')])).code).toBe(2);
  });

  test('of a session that is just being written has its whole lines, and is imported', async () => {
    const log = join(here.env['AGENT_HOME'] ?? '', 'sessions', id, 'log.jsonl');
    const before = readFileSync(log);
    writeFileSync(log, Buffer.concat([before, Buffer.from('{"v":1,"seq":99,"half')]));
    const live = join(here.root, 'live.agent.tar.zst');
    const {code, err} = await here.run(['sessions', 'export', id, '-o', live]);
    writeFileSync(log, before);
    expect([code, err]).toEqual([0, expect.stringContaining('what stands before it was exported')]);
    expect(readFileSync(live).equals(readFileSync(file))).toBe(true);
  });

  test('of a damaged session is not made: repair comes first', async () => {
    const log = join(here.env['AGENT_HOME'] ?? '', 'sessions', id, 'log.jsonl');
    const before = readFileSync(log, 'utf8');
    writeFileSync(log, before.replace('\n', 'x\n'));
    const {code, err} = await here.run(['sessions', 'export', id, '-o', join(here.root, 'x.agent.tar.zst')]);
    writeFileSync(log, before);
    expect([code, err]).toEqual([1, expect.stringContaining(`agent sessions repair ${id}`)]);
  });
});

describe('an import', () => {
  test('on another machine, without the repository: proven, read, shown, its changes told; again it is here already', async () => {
    renameSync(here.repo, `${here.repo}.away`);
    renameSync(here.env['AGENT_HOME'] ?? '', join(here.root, 'home.away'));
    try {
      const {code, out, err} = await importing(file);
      expect([code, out], err).toEqual([0, `${id}\n`]);
      const proof = await there.run(['audit', 'verify', id]);
      expect([proof.code, proof.out]).toEqual([0, expect.stringContaining('the home log knows it up to its last record')]);
      expect((await there.run(['audit', 'verify', '--all'])).code).toBe(0);
      expect((await there.run(['replay', id, '--plain'])).out).toContain('> Work');
      expect((await there.run(['sessions', 'show', id])).out).toContain('sub/made.txt');
      const diff = await there.run(['diff', id]);
      expect([diff.code, diff.out]).toEqual([0, expect.stringContaining('+made')]);
      expect((await there.run(['audit', 'show', '1.1', id])).code).toBeLessThan(3);
      const again = await importing(file, '--json');
      expect(JSON.parse(again.out)).toMatchObject({v: 1, session: id, how: 'same', outputs: 0, repo: null});
      // It may stand in its repository by now.
      expect((await importing(file)).err).toMatch(/was here already, and is the same; .*\n.*\nGo on with it: agent resume \w+\n$/);
      // What is exported there is what came.
      const back = join(there.root, 'back.agent.tar.zst');
      expect((await there.run(['sessions', 'export', id, '-o', back])).code).toBe(0);
      expect(readFileSync(back).equals(readFileSync(file))).toBe(true);
      expect(readdirSync(join(home, 'archives'))).toEqual([]);
    } finally {
      renameSync(`${here.repo}.away`, here.repo);
      renameSync(join(here.root, 'home.away'), here.env['AGENT_HOME'] ?? '');
    }
  });

  test('brings back outputs that are missing or damaged here', async () => {
    const [one, other] = readdirSync(join(home, 'blobs'), {recursive: true, encoding: 'utf8'}).filter(name => name.endsWith('.zst'));
    rmSync(join(home, 'blobs', one!));
    writeFileSync(join(home, 'blobs', other!), 'damaged');
    expect((await there.run(['audit', 'verify', id])).code).toBe(6);
    expect(JSON.parse((await importing(file, '--json')).out)).toMatchObject({how: 'same', outputs: 2});
    expect((await there.run(['audit', 'verify', id])).code).toBe(0);
  });

  test('of a longer log takes the rest only with --force; of a shorter one changes nothing; of another one is refused', async () => {
    const log = join(home, 'sessions', id, 'log.jsonl');
    const whole = readFileSync(log, 'utf8');
    const lines = whole.split(/(?<=\n)/);
    writeFileSync(log, lines.slice(0, -2).join(''));
    const asked = await importing(file);
    expect([asked.code, asked.err]).toEqual([1, expect.stringContaining('type the same with --force')]);
    const {log: held} = await (await there.program().catalogue()).open(id);
    expect([(await importing(file, '--force')).code, readFileSync(log, 'utf8')]).toEqual([1, lines.slice(0, -2).join('')]);
    await held.close();
    expect(JSON.parse((await importing(file, '--force', '--json')).out)).toMatchObject({how: 'replaced'});
    expect(readFileSync(log, 'utf8')).toBe(whole);

    expect((await there.run(['sessions', 'rename', id, 'Longer here'])).code).toBe(0);
    const longer = readFileSync(log, 'utf8');
    expect(JSON.parse((await importing(file, '--force', '--json')).out)).toMatchObject({how: 'longer-here'});
    expect(readFileSync(log, 'utf8')).toBe(longer);

    const changed = [...lines.slice(0, 4), lines[4]!.replace('"at":"2', '"at":"1'), ...lines.slice(5)].join('');
    writeFileSync(log, changed);
    const other = await importing(file, '--force');
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('another one from line 5 of its log on')]);
    expect(readFileSync(log, 'utf8')).toBe(changed);
    fresh();
  });
});

describe('an archive that is not what it should be is refused with the first bad member, and nothing is put in place', () => {
  const bad = join(here.root, 'bad.agent.tar.zst');
  const check = async (expected: RegExp | string, code = 6): Promise<void> => {
    const said = await importing(bad);
    expect(said.err).toMatch(expected);
    expect(said.code, said.err).toBe(code);
    expect(inPlace()).toEqual([]);
  };
  const replaced = (name: string | RegExp, bytes: Buffer): readonly Part[] => {
    const at = parts.findIndex(part => (typeof name === 'string' ? part.name === name : name.test(part.name)));
    return parts.with(at, {name: parts[at]!.name, bytes});
  };

  test('shortened, flipped, and with something behind it', async () => {
    const whole = readFileSync(file);
    for (const end of [0, 3, 100, Math.floor(whole.length / 2), whole.length - 1]) {
      writeFileSync(bad, whole.subarray(0, end));
      await check(/cannot be imported: /);
    }
    // The bytes before are the frame's own header: some of them say nothing of the content.
    for (let at = 12; at < whole.length; at += Math.ceil(whole.length / 15)) {
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 1 << (at % 8);
      writeFileSync(bad, flipped);
      await check(/cannot be imported: /);
    }
    writeFileSync(bad, Buffer.concat([whole, Buffer.from('x')]));
    await check('something stands behind its end');
  });

  test('names that lead elsewhere, stray members, doubled ones, and other orders', async () => {
    const evil = Buffer.from('evil\n');
    for (const name of ['../evil', '/tmp/evil', 'sub/../../evil', 'blobs/../evil', 'log.jsonl/x', 'lock', 'blobs/abc.zst']) {
      writeParts(bad, [...parts.slice(0, 2), {name, bytes: evil}, ...parts.slice(2)]);
      await check(/manifest.json: it names .* which has no place in an archive/);
      // And where only the tar has it.
      writeFileSync(bad, packed(tarOf([...parts.slice(0, 2), {name, bytes: evil}, ...parts.slice(2)])));
      await check(/it stands where the manifest has/);
    }
    writeParts(bad, [...parts.slice(0, 3), ...parts.slice(2)]);
    await check(/manifest.json: it names .* twice, or out of order/);
    writeParts(bad, [parts[0]!, parts[2]!, parts[1]!, ...parts.slice(3)]);
    await check('the first member after it is not log.jsonl');
    writeFileSync(bad, packed(tarOf(parts.slice(1))));
    await check('it does not begin with a manifest');
    writeFileSync(bad, packed(tarOf([...parts, {name: 'more', bytes: evil}])));
    await check('"more": the manifest does not name it');
    writeFileSync(bad, packed(tarOf(parts.slice(0, -1))));
    await check('checkpoints.bundle: it is missing');
  });

  test('a manifest that says otherwise', async () => {
    const change = (make: (manifest: Manifest) => object): void => {
      const manifest = Buffer.from(JSON.stringify(make(manifestIn(parts))));
      writeFileSync(bad, packed(tarOf([{name: 'manifest.json', bytes: manifest}, ...parts.slice(1)])));
    };
    change(manifest => ({...manifest, v: 2}));
    await check('install a newer one');
    change(manifest => ({...manifest, session: '../../evil'}));
    await check('manifest.json: session is not as it should be');
    change(manifest => ({...manifest, session: 'aaaaaaaaaa'}));
    await check(`log.jsonl: it is the log of session ${id}`);
    change(manifest => ({...manifest, last: {...manifest.last, seq: 3}}));
    await check('log.jsonl: it ends with record');
    change(manifest => ({...manifest, members: manifest.members.map(member => ({...member, sha256: '0'.repeat(64)}))}));
    await check('log.jsonl: its sha256 is');
    change(manifest => ({...manifest, members: manifest.members.map(member => ({...member, bytes: member.bytes + 1}))}));
    await check(/log.jsonl: it has \d+ bytes, and the manifest says/);
    change(manifest => ({...manifest, members: manifest.members.map(member => ({...member, bytes: 2 ** 52}))}));
    await check(/the disk of .* has \d+ left/, 1);
    change(manifest => ({...manifest, missing: {...manifest.missing, blobs: [parts[2]!.name.slice(6, -4)]}}));
    await check('is missing, and names it');
  });

  test('a log whose chain does not hold, that is not whole, or that names what is not there', async () => {
    const log = parts[1]!.bytes.toString();
    const lines = log.split(/(?<=\n)/);
    writeParts(bad, replaced('log.jsonl', Buffer.from(log.replace('Work', 'Play'))));
    await check(/log.jsonl, line \d+: its hash does not match its bytes/);
    writeParts(bad, replaced('log.jsonl', Buffer.from([...lines.slice(0, 3), ...lines.slice(4)].join(''))));
    await check('log.jsonl, line 4: ');
    writeParts(bad, replaced('log.jsonl', Buffer.from(log.slice(0, -1))));
    await check('log.jsonl: it does not end with a whole line');
    writeParts(
      bad,
      parts.filter((_, at) => at !== 2),
    );
    await check(/blobs\/[0-9a-f]{64}\.zst: the log names it, and it is missing/);
    writeParts(bad, parts.slice(0, -1));
    await check('checkpoints.bundle: the log names checkpoints, and they are missing');
    const title = rechained([
      ...lines.slice(0, 1).map(line => ({...(JSON.parse(line) as Recorded).event})),
      {type: 'session.titled', title: 'x'},
    ]);
    writeParts(bad, replaced('log.jsonl', title.bytes), manifest => ({...manifest, records: 2, last: title.last}));
    await check(/the log does not name it/);
  });

  test('a blob that holds something else, and a bundle that is another, damaged or none', async () => {
    const [one, other] = parts.filter(({name}) => name.startsWith('blobs/'));
    writeParts(bad, replaced(one!.name, other!.bytes));
    await check(new RegExp(`${one!.name}: `));
    const spoiled = Buffer.from(one!.bytes);
    spoiled[8]! ^= 4;
    writeParts(bad, replaced(one!.name, spoiled));
    await check(new RegExp(`${one!.name}: blob .* damaged`));
    const bundle = parts.at(-1)!.bytes;
    const header = bundle.indexOf('\n\n') + 2;
    for (const [bytes, why] of [
      [Buffer.from('no bundle\n\n'), 'no git bundle of a known form'],
      [Buffer.from('x'), 'no header of a git bundle'],
      [bundle.subarray(0, bundle.length - 30), 'checkpoints.bundle: '],
      [flippedAt(bundle, header + 40), 'checkpoints.bundle: '],
      [flippedAt(bundle, bundle.length - 60), 'checkpoints.bundle: '],
      [Buffer.from(bundle.toString('latin1').replace(/^[0-9a-f]{40} .*\n/m, ''), 'latin1'), 'the tree .* is missing in it'],
      [
        Buffer.from(bundle.toString('latin1').replace('refs/agent/trees/', 'refs/heads/trees/'), 'latin1'),
        'a line that does not belong there',
      ],
    ] as const) {
      writeParts(bad, replaced('checkpoints.bundle', bytes));
      await check(new RegExp(why));
    }
  });

  test('what is not there, or no archive', async () => {
    const missing = await importing(join(here.root, 'nowhere'));
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('there is no file')]);
    writeFileSync(bad, 'hello');
    await check('not compressed as an archive is');
    mkdirSync(join(here.root, 'folder'), {recursive: true});
    expect((await importing(join(here.root, 'folder'))).code).toBe(2);
  });
});

describe('what cannot be read here any more', () => {
  test('stops the export; with --partial it is left out, the archive says so, and so does the import', async () => {
    const store = join(here.env['AGENT_HOME'] ?? '', 'blobs');
    const [lost] = parts.filter(({name}) => name.startsWith('blobs/')).map(({name}) => name.slice(6, -4));
    const path = join(store, lost!.slice(0, 2), `${lost}.zst`);
    const partial = join(here.root, 'partial.agent.tar.zst');
    renameSync(path, `${path}.away`);
    const refused = await here.run(['sessions', 'export', id, '-o', partial]);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('type the same with --partial')]);
    expect(existsSync(partial)).toBe(false);
    const left = await here.run(['sessions', 'export', id, '-o', partial, '--partial']);
    renameSync(`${path}.away`, path);
    expect([left.code, left.err]).toEqual([
      0,
      expect.stringContaining('Left out, since it cannot be read here: 1 stored output, 0 checkpoints.'),
    ]);
    const {code, err} = await importing(partial);
    expect([code, err]).toEqual([0, expect.stringContaining('lacks 1 stored output and 0 checkpoints')]);
    expect((await there.run(['audit', 'verify', id])).code).toBe(6);
    // The whole archive mends it.
    expect((await importing(file)).code).toBe(0);
    expect((await there.run(['audit', 'verify', id])).code).toBe(0);
    fresh();
  });

  test('no checkpoints at all', async () => {
    const checkpoints = join(here.env['AGENT_HOME'] ?? '', 'checkpoints');
    renameSync(checkpoints, `${checkpoints}.away`);
    const partial = join(here.root, 'bare.agent.tar.zst');
    const left = await here.run(['sessions', 'export', id, '-o', partial, '--partial']);
    renameSync(`${checkpoints}.away`, checkpoints);
    expect(left.code, left.err).toBe(0);
    expect((await importing(partial)).code).toBe(0);
    expect((await there.run(['audit', 'verify', id])).code).toBe(0);
    expect((await there.run(['replay', id, '--plain'])).code).toBe(0);
    expect((await there.run(['sessions', 'show', id])).err).toContain('could not be compared');
    fresh();
  });
});

const flippedAt = (bytes: Buffer, at: number): Buffer => {
  const flipped = Buffer.from(bytes);
  flipped[at]! ^= 1;
  return flipped;
};

/** A log of these events, whose chain holds. */
function rechained(events: readonly ({type: string} & Record<string, unknown>)[]): {bytes: Buffer; last: {seq: number; hash: string}} {
  let prev = chainStart(id);
  const lines = events.map((event, seq) => {
    const {line, hash} = encode({v: 1, seq, at: '2026-01-01T00:00:00.000Z', prev, event});
    prev = hash;
    return line;
  });
  return {bytes: Buffer.from(lines.join('')), last: {seq: events.length - 1, hash: prev}};
}

test('plain tar and zstd unpack it, where they are installed', () => {
  const into = join(here.root, 'by-hand');
  mkdirSync(into);
  try {
    execFileSync('sh', ['-c', `zstd -dc '${file}' | tar -xf - -C '${into}'`], {stdio: 'pipe'});
  } catch (error) {
    if (String((error as {stderr?: unknown}).stderr).includes('not found')) return;
    throw error;
  }
  expect(readdirSync(into).toSorted()).toEqual(['blobs', 'checkpoints.bundle', 'log.jsonl', 'manifest.json']);
});
