import {expect, test} from 'vitest';
import type {CallId} from '../../../src/core/vocabulary/ids.ts';
import {lineWidth} from '../../../src/surfaces/ui/view/line.ts';
import {screen} from '../../../src/surfaces/ui/view/screen.ts';
import {driven} from './harness/driven.ts';
import {allowed, asks, assembled, call, done, ran, replied, said, settings, started, thought} from './harness/records.ts';

const prompted = (text: string) => ({type: 'user.prompted' as const, text});
const edits = {path: 'src/sum.js', old: 'function sum(a, b) {\n  return a - b;\n}', new: 'function sum(a, b) {\n  return a + b;\n}'};

const scenes: Readonly<Record<string, () => ReturnType<typeof driven>>> = {
  start: () => driven(),
  typing: () => {
    const ui = driven();
    ui.type('fix the 日本 test\nand say why');
    ui.press('up');
    return ui;
  },
  commands: () => {
    const ui = driven();
    ui.type('/');
    return ui;
  },
  thinking: () => {
    const ui = driven();
    ui.record(prompted('why does it fail?'), assembled(1, 1));
    ui.show({type: 'thinking', step: 1, delta: 'The user wants to know.\nI should look at the test first.'});
    ui.wait(3_000);
    return ui;
  },
  streaming: () => {
    const ui = driven();
    ui.record(prompted('explain'), assembled(1, 1, 12_345));
    ui.show({type: 'text', step: 1, delta: '# Why\n\nThe test expects **3**, and `sum` gives\n'});
    ui.type('also add a test');
    ui.press('enter');
    ui.wait(12_000);
    return ui;
  },
  tools: () => {
    const ui = driven();
    ui.record(
      prompted('fix it'),
      assembled(1, 1),
      replied(1, [
        thought('Look first.'),
        said('I look first.'),
        call('1.1', 'read', {path: 'src/sum.js'}),
        call('1.2', 'grep', {pattern: 'sum'}),
      ]),
    );
    ui.record(allowed('1.1'), allowed('1.2'), started('1.1'), started('1.2'), done('1.2', 3), done('1.1', 12));
    ui.record(
      assembled(2, 9),
      replied(2, [call('2.1', 'edit', edits), call('2.2', 'shell', {command: 'npm test -- --run'})]),
      allowed('2.1'),
      allowed('2.2'),
      started('2.1'),
      done('2.1', 1),
      started('2.2'),
    );
    ui.show({type: 'output', call: '2.2' as CallId, stream: 'stdout', bytes: Buffer.from('running\n\u001b[31mok 1 sum\u001b[0m\n')});
    ui.wait(4_000);
    return ui;
  },
  failing: () => {
    const ui = driven();
    ui.record(prompted('run'), assembled(1, 1), replied(1, [call('1.1', 'shell', {command: 'npm test'})]), allowed('1.1'), started('1.1'));
    ui.show({type: 'output', call: '1.1' as CallId, stream: 'stdout', bytes: Buffer.from('expected 3\nreceived -1\n')});
    ui.record(ran('1.1', 1, 15_000), assembled(2, 6));
    ui.record({
      type: 'model.failed',
      step: 2,
      attempt: 3,
      error: {
        code: 'overloaded',
        message: 'The server is overloaded.',
        retryable: true,
        hint: 'Try again later, or another model: /model NAME',
      },
      retry_in_ms: null,
    });
    return ui;
  },
  receipts: () => {
    const ui = driven();
    const salient = (first: number) => ({why: 'salient' as const, first, last: first, start: first * 40 - 40, end: first * 40});
    const calls = ['npm test', 'make', 'cat .env', 'true'].map((command, index) => call(`1.${index + 1}`, 'shell', {command}));
    ui.record(prompted('run'), assembled(1, 1), replied(1, calls));
    ui.record(...calls.flatMap(({id}) => [allowed(id), started(id)]));
    ui.record(
      ran('1.1', 1, 15_000, {windows: [salient(700), salient(7_000), salient(14_000)], truncated_lines_count: 14_927}),
      ran('1.2', 2, 1_500_000, {windows: [salient(7)], truncated_lines_count: 1_499_929, redactions: 2}),
      ran('1.3', 0, 1, {redactions: 1}),
      ran('1.4', 0, 0),
    );
    return ui;
  },
  waiting: () => {
    const ui = driven();
    ui.record(prompted('run'), assembled(1, 1));
    ui.show({type: 'waiting', step: 1, attempt: 2, ms: 3_000, why: 'the server asks for patience (429)'});
    return ui;
  },
  approval: () => {
    const ui = driven();
    ui.record(
      prompted('run'),
      assembled(1, 1),
      replied(1, [said('I run the tests.'), call('1.1', 'shell', {command: 'npm test', timeout_s: 30})]),
      asks('1.1'),
    );
    return ui;
  },
  'approval-edit': () => {
    const ui = driven();
    ui.record(prompted('fix'), assembled(1, 1), replied(1, [call('1.1', 'edit', edits)]), asks('1.1', 'writes-worktree'));
    return ui;
  },
  'approval-long': () => {
    const ui = driven();
    const command = Array.from({length: 60}, (_, index) => `echo ${index}`).join('\n');
    ui.record(prompted('fix'), assembled(1, 1), replied(1, [call('1.1', 'shell', {command})]), asks('1.1', 'destroys'));
    return ui;
  },
  refusing: () => {
    const ui = driven();
    ui.record(prompted('run'), assembled(1, 1), replied(1, [call('1.1', 'shell', {command: 'npm test'})]), asks('1.1'));
    ui.wait(300);
    ui.type('euse pnpm');
    return ui;
  },
  full: () => {
    const ui = driven();
    ui.record({type: 'settings.changed', settings: {...settings, mode: 'accept-edits'}});
    ui.press('shift-tab');
    return ui;
  },
  todo: () => {
    const ui = driven();
    const items = [
      {text: 'look', state: 'done'},
      {text: 'mend', state: 'doing'},
      {text: 'test', state: 'open'},
    ];
    ui.record(
      prompted('plan'),
      assembled(1, 1),
      replied(1, [call('1.1', 'todo', {items})]),
      allowed('1.1'),
      started('1.1'),
      done('1.1', 0),
    );
    return ui;
  },
};

const sizes = [
  {columns: 80, rows: 24},
  {columns: 40, rows: 16},
];

for (const [name, scene] of Object.entries(scenes)) {
  test(name, async () => {
    for (const size of sizes)
      await expect(`${scene().frame(size)}\n`).toMatchFileSnapshot(`../../../fixtures/frames/${name}-${size.columns}.txt`);
  });
}

test('the live part is shorter than the screen and no row is wider, whatever the size', () => {
  for (const [name, scene] of Object.entries(scenes)) {
    const ui = scene().ui();
    for (let columns = 20; columns <= 100; columns += 8) {
      for (let rows = 4; rows <= 30; rows += 2) {
        const {lines, cursor} = screen(ui, {columns, rows});
        const fits =
          lines.length < rows &&
          lines.every(line => lineWidth(line) < columns) &&
          cursor !== null &&
          cursor.y >= 0 &&
          cursor.y < lines.length &&
          cursor.x < columns;
        expect({name, columns, rows, fits}).toEqual({name, columns, rows, fits: true});
      }
    }
  }
});

test('the receipt under a card is cut between its parts, whatever the width', () => {
  const parts = /^ {4}(20 \+ 3×salient \+ 50 of 15,000 lines( · 600 kB → 2\.8 kB( · sha256 ab12cd34)?)?|73 of 15,000 lines)$/;
  for (let columns = 40; columns <= 120; columns++) {
    const rows = scenes['receipts']!()
      .frame({columns, rows: 40})
      .split('\n')
      .map(row => row.trimEnd());
    expect(rows.filter(row => parts.test(row))).toHaveLength(1);
    expect(rows.some(row => row.endsWith('2 secrets masked') || (columns < 47 && row.endsWith('2 masked')))).toBe(true);
  }
});
