import fc from 'fast-check';
import {beforeAll, afterAll, describe, expect, test} from 'vitest';
import type {SessionEvent} from '../../../../src/core/vocabulary/event.ts';
import {playerWakesAt} from '../../../../src/surfaces/ui/replay/update/update.ts';
import {playerScreen} from '../../../../src/surfaces/ui/replay/view/player-screen.ts';
import {lineWidth, plain} from '../../../../src/surfaces/ui/view/line.ts';
import {assembled, opened, recordsOf, replied, said} from '../harness/records.ts';
import {drivenPlayer, type Press} from './driven-player.ts';
import {scene} from './scene.ts';

// Frames show the time of the clock on the wall.
let zone: string | undefined;
beforeAll(() => {
  zone = process.env['TZ'];
  process.env['TZ'] = 'UTC';
});
afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const scenes: Readonly<Record<string, (at: ReturnType<typeof drivenPlayer>) => void>> = {
  begin: () => {},
  running: at => {
    at.type(' ');
    at.wait(6_000);
    at.type(' ');
  },
  step: at => at.press('right'),
  end: at => at.press('line-end'),
  chosen: at => at.press('line-end', 'tab', 'tab'),
  asking: at => at.type('/日本'),
  found: at => {
    at.type('/sum');
    at.press('enter');
    at.type('n');
  },
  'no-step': at => {
    at.type('g77');
    at.press('enter');
  },
  context: at => {
    at.press('right', 'right', 'right', 'right');
    at.type('c');
  },
  diff: at => {
    at.type('g2');
    at.press('enter');
    at.type('d');
    const lines = [
      'diff --git a/src/sum.js b/src/sum.js',
      '@@ -1,3 +1,3 @@',
      ' function sum(a, b) {',
      '-  return a - b;',
      '+  return a + b;\u001b[2J',
    ];
    at.take({type: 'diff', step: 2, text: {is: 'here', value: {lines, cut: false}}});
  },
  output: at => {
    at.press('right', 'tab', 'enter');
    const [effect] = at.effects();
    if (effect?.do !== 'read-page') throw new Error('no page was asked for');
    const lines = ['> test', '\u001b[31m✗ sum\u001b[0m', 'long '.repeat(30), '日本\tand a tab'].map(text => ({
      text,
      more: text.length > 90,
    }));
    at.take({type: 'page', of: effect.of, page: {is: 'here', value: lines}});
  },
  refused: at => {
    at.press('right', 'enter');
    const [effect] = at.effects();
    if (effect?.do !== 'read-page') throw new Error('no page was asked for');
    at.take({type: 'page', of: effect.of, page: {is: 'refused', why: 'blob ab12 is missing'}});
  },
  help: at => at.type('?'),
};

const sizes = [
  {columns: 80, rows: 24},
  {columns: 40, rows: 16},
];

for (const [name, play] of Object.entries(scenes)) {
  test(`the frame: ${name}`, async () => {
    for (const size of sizes) {
      const at = drivenPlayer({size});
      play(at);
      await expect(`${at.frame()}\n`).toMatchFileSnapshot(`../../../../fixtures/frames/replay-${name}-${size.columns}.txt`);
    }
  });
}

test('every scene fits a screen of any size', () => {
  for (const [name, play] of Object.entries(scenes)) {
    const at = drivenPlayer();
    play(at);
    for (let columns = 12; columns <= 200; columns += columns < 60 ? 7 : 60)
      for (const rows of [2, 4, 6, 7, 8, 9, 16, 50]) {
        at.resize({columns, rows});
        const {lines} = playerScreen(at.player());
        const widest = Math.max(...lines.map(lineWidth));
        expect({name, columns, rows, fits: lines.length < rows && widest < columns}).toEqual({name, columns, rows, fits: true});
      }
  }
});

describe('moving', () => {
  test('every step, turn and end is reached by its keys, and no key leads out of the session', () => {
    const at = drivenPlayer();
    const steps = [at.step()];
    for (let presses = 0; presses < 8; presses++) {
      at.press('right');
      steps.push(at.step());
    }
    expect(steps).toEqual([0, 1, 2, 3, 4, 5, 5, 5, 5]);
    expect(at.frame()).toContain('This is the end.');
    for (let presses = 0; presses < 8; presses++) at.press('left');
    expect(at.player().at).toBe(at.player().tape.range.begin);
    expect(at.frame()).toContain('This is the beginning.');
    at.type(']');
    expect(at.frame()).toContain('› now the other way round');
    expect(at.step()).toBe(3);
    at.type('][');
    expect(at.frame()).toContain('turn 2 of 3');
    at.type('[[');
    expect(at.player().at).toBe(at.player().tape.range.begin);
    at.press('line-end');
    expect(at.player().at).toBe(scene.length - 1);
    at.press('line-start');
    expect(at.step()).toBe(0);
  });

  test('a step that is not there says which are', () => {
    const at = drivenPlayer({from: 2, to: 4});
    for (const wrong of ['1', '5', '0', 'x', '-1', '99999999999']) {
      at.type(`g${wrong}`);
      at.press('enter');
      expect(at.frame()).toContain(`There is no step ${wrong}. The steps are 2 to 4.`);
    }
    at.type('g4');
    at.press('enter');
    expect(at.step()).toBe(4);
    at.type('g3');
    at.press('escape');
    expect(at.step()).toBe(4);
  });

  test('a range shows nothing of what is before and behind it', () => {
    const at = drivenPlayer({from: 2, to: 3, size: {columns: 80, rows: 60}});
    at.press('line-end');
    expect(at.frame()).toContain('The sign is wrong.');
    expect(at.frame()).toContain('It is mended');
    expect(at.frame()).not.toContain('fix the');
    expect(at.frame()).not.toContain('now the other way round');
    at.press('page-up', 'up', 'up', 'line-start', 'left');
    expect(at.frame()).not.toContain('fix the');
  });

  test('a session that was never asked anything has one moment', () => {
    const at = drivenPlayer({records: recordsOf([opened])});
    expect(at.frame()).toContain('Nothing has happened yet.');
    for (const key of 'cdg1 [n/') at.type(key);
    at.press('enter', 'left', 'right', 'line-end', 'tab', 'up');
    expect(at.player().at).toBe(0);
  });
});

describe('playing', () => {
  test('takes as long as it took, at speed 1', () => {
    const at = drivenPlayer();
    at.type(' ');
    const begun = at.player().at;
    at.wait(3_000);
    // Records of the scene are a second apart.
    expect(at.player().at).toBe(begun + 3);
    at.type(' ');
    at.wait(10_000);
    expect(at.player().at).toBe(begun + 3);
    at.type(' ');
    at.wait(60_000);
    expect(at.player().at).toBe(scene.length - 1);
    expect(at.player().playing).toBe(null);
    at.type(' ');
    expect(at.player().at).toBe(begun);
  });

  test('each digit is twice as fast as the one before, and a change counts at once', () => {
    for (const [digit, records] of [
      ['1', 4],
      ['2', 8],
      ['3', 16],
    ] as const) {
      const at = drivenPlayer();
      at.type(`${digit} `);
      at.wait(4_100);
      expect(at.player().at - at.player().tape.range.begin).toBe(records);
    }
    // What is due between two frames comes with the next one, so that no time is lost.
    const many = drivenPlayer();
    many.type('7 ');
    many.wait(500);
    expect(many.player().at).toBe(scene.length - 1);
    const at = drivenPlayer({speed: 0.001});
    at.type(' ');
    at.wait(1_000);
    expect(at.player().at).toBe(at.player().tape.range.begin);
    at.type('9');
    at.wait(1_000);
    expect(at.player().at).toBe(scene.length - 1);
  });

  test('long waits are shortened, and it wakes no more often than an eye can follow', () => {
    const [first, second, third] = recordsOf([opened, {type: 'user.prompted', text: 'a'}, assembled(1, 1)]);
    const at = drivenPlayer({records: [first!, second!, {...third!, at: '2027-01-01T00:00:00.000Z'}]});
    at.type(' ');
    at.wait(2_999);
    expect(at.player().at).toBe(1);
    at.wait(1);
    expect(at.player().at).toBe(2);
    const fast = drivenPlayer({speed: 1_000});
    fast.type(' ');
    // A record a millisecond, and a frame every 33 of them.
    expect(playerWakesAt(fast.player())).toBe(33);
    fast.type(' ');
    expect(playerWakesAt(fast.player())).toBe(null);
  });

  test('whoever scrolled up reads on there while it plays; a step follows the end again', () => {
    const at = drivenPlayer({size: {columns: 60, rows: 10}});
    at.press('right', 'right', 'page-up', 'page-up');
    const top = at.frame().split('\n')[0];
    at.type(' ');
    at.wait(4_000);
    expect(at.frame().split('\n')[0]).toBe(top);
    at.press('right');
    expect(at.frame().split('\n')[0]).not.toBe(top);
  });
});

describe('searching', () => {
  const find = (at: ReturnType<typeof drivenPlayer>, text: string) => {
    at.type(`/${text}`);
    at.press('enter');
  };

  test('goes to the moment at which it was said, round and round, both ways', () => {
    const at = drivenPlayer();
    find(at, 'sum');
    const seen = [at.frame()];
    const places = at.player().found?.entries.length ?? 0;
    expect(places).toBeGreaterThan(3);
    for (let n = 1; n < places; n++) {
      at.type('n');
      seen.push(at.frame());
    }
    expect(new Set(seen).size).toBe(places);
    at.type('n');
    expect(at.player().found?.current).toBe(0);
    at.type('N');
    expect(at.player().found?.current).toBe(places - 1);
    for (const frame of seen) expect(frame).toContain('»');
  });

  test('finds what a card does not show, and says where nothing is', () => {
    const at = drivenPlayer();
    find(at, 'return a - b');
    expect(at.step()).toBe(2);
    expect(at.player().selected).not.toBe(null);
    find(at, 'no such words');
    expect(at.frame()).toContain('"no such words" stands nowhere in this session.');
    at.type('n');
    expect(at.frame()).toContain('Look for something first: /');
  });

  test('a capital letter makes capitals count', () => {
    const at = drivenPlayer();
    find(at, 'the sign');
    expect(at.player().found?.entries).toHaveLength(1);
    find(at, 'THE SIGN');
    expect(at.player().found).toBe(null);
  });

  test('Esc takes the marks away before it leaves, q leaves at once', () => {
    const at = drivenPlayer();
    find(at, 'sum');
    at.press('escape');
    expect(at.frame()).not.toContain('»');
    expect(at.player().ended).toBe(null);
    at.press('escape');
    expect(at.player().ended).toBe('quit');
    const other = drivenPlayer();
    find(other, 'sum');
    other.type('q');
    expect(other.player().ended).toBe('quit');
    expect(other.effects()).toEqual([{do: 'end'}]);
  });

  test('what is pasted is no key, and of pasted lines the first is looked for', () => {
    const at = drivenPlayer();
    at.paste('q\nq');
    expect(at.player().ended).toBe(null);
    at.type('/');
    at.paste('sum\nq');
    at.press('enter');
    expect(at.player().found?.text).toBe('sum');
  });
});

describe('what stands over the transcript', () => {
  test('an output is asked for by lines, and a page that comes too late is not shown', () => {
    const at = drivenPlayer({size: {columns: 80, rows: 14}});
    at.press('right', 'tab', 'enter');
    const [first] = at.effects();
    expect(first).toMatchObject({do: 'read-page', rows: 8, of: {top: 1, left: 0, call: '1.1', lines: 15_000}});
    at.press('page-down', 'right', 'line-end');
    const asked = at.effects().map(effect => (effect.do === 'read-page' ? [effect.of.top, effect.of.left] : null));
    expect(asked).toEqual([
      [8, 0],
      [8, 36],
      [14_993, 36],
    ]);
    if (first?.do === 'read-page') at.take({type: 'page', of: first.of, page: {is: 'here', value: [{text: 'old', more: false}]}});
    expect(at.frame()).toContain('Reading');
    at.type('g7');
    at.press('enter');
    expect(at.effects()).toMatchObject([{of: {top: 7}}]);
    at.type('g15001');
    at.press('enter');
    expect(at.frame()).toContain('There is no line 15001. The lines are 1 to 15000.');
    at.press('escape');
    expect(at.player().overlay).toBe(null);
  });

  test('a call without an output says how it ended', () => {
    const at = drivenPlayer();
    at.type('g4');
    at.press('enter', 'enter');
    expect(at.frame()).toContain('Call 4.1 has no output: refused: The user stopped it.');
    expect(at.effects()).toEqual([]);
  });

  test('the diff of a step is between the trees around it; a step that changed nothing says so', () => {
    const at = drivenPlayer();
    at.type('g2');
    at.press('enter');
    at.type('d');
    expect(at.effects()).toMatchObject([{do: 'read-diff', step: 2, from: 'a'.repeat(40), to: 'b'.repeat(40)}]);
    at.press('escape', 'right');
    at.type('d');
    expect(at.frame()).toContain('Step 3 changed no file that a checkpoint holds.');
  });

  test('what a rewind took back is marked from the moment of the rewind on, and not before', () => {
    const at = drivenPlayer({size: {columns: 80, rows: 60}});
    at.type('g4');
    at.press('enter');
    const taken = () =>
      at
        .frame()
        .split('\n')
        .filter(row => row.startsWith('×'));
    expect(taken()).toEqual([]);
    at.press('line-end');
    expect(taken().map(row => row.slice(2, 12))).toEqual(['› now the ', '! The serv', 'As you lik', '! Interrup']);
    expect(at.frame()).toContain('The conversation goes on from the end of step 3.');
  });
});

test('whatever is pressed and however large the screen is: no frame is higher or wider, and the moment is one of the session', () => {
  const names: readonly Press[] = [
    'enter',
    'escape',
    'tab',
    'shift-tab',
    'up',
    'down',
    'left',
    'right',
    'page-up',
    'page-down',
    'line-start',
    'line-end',
    'backspace',
  ];
  const acts = fc.array(
    fc.oneof(
      {weight: 4, arbitrary: fc.constantFrom(...names).map(press => ({press}))},
      {weight: 4, arbitrary: fc.constantFrom(...' []159/gcdnN?qkj', '日').map(char => ({char}))},
      fc.record({columns: fc.integer({min: 1, max: 200}), rows: fc.integer({min: 1, max: 60})}),
      fc.record({ms: fc.nat(5_000)}),
    ),
    {maxLength: 40},
  );
  fc.assert(
    fc.property(acts, list => {
      const at = drivenPlayer();
      for (const act of list) {
        if ('press' in act) at.press(act.press);
        else if ('char' in act) at.type(act.char);
        else if ('ms' in act) at.wait(act.ms);
        else at.resize(act);
        const player = at.player();
        if (player.ended !== null) return;
        const {lines, cursor} = playerScreen(player);
        const {columns, rows} = player.size;
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
        for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(Math.max(10, columns - 1));
        for (const line of lines) expect(plain(line)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        if (cursor !== null) expect(cursor.y).toBeLessThan(lines.length);
        expect(player.at).toBeGreaterThanOrEqual(player.tape.range.begin);
        expect(player.at).toBeLessThanOrEqual(player.tape.range.last);
      }
    }),
    {numRuns: 150},
  );
});

test('ten thousand steps can be gone through from end to end', () => {
  const events: SessionEvent[] = [opened];
  for (let step = 1; step <= 10_000; step++) {
    if (step % 50 === 1) events.push({type: 'user.prompted', text: `Prompt ${step}`});
    events.push(assembled(step, events.length - 1), replied(step, [said(`Answer **${step}**.`)]));
  }
  const at = drivenPlayer({records: recordsOf(events)});
  at.press('line-end');
  expect(at.frame()).toContain('step 10000 of 10000');
  for (let presses = 0; presses < 300; presses++) at.press('left', 'page-up');
  expect(at.frame()).toContain('step 9700 of 10000');
  at.type('g5000');
  at.press('enter');
  expect(at.frame()).toContain('Answer 5000.');
  at.type('/answer **7');
  at.press('enter');
  expect(at.frame()).toContain('112 of 1111');
});
