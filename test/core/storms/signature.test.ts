import {describe, expect, test} from 'vitest';
import fc from 'fast-check';
import {failureSignature} from '../../../src/core/storms/signature.ts';

const id = (text: string, {how = 'exit 1', call = 'a call'} = {}): string => failureSignature({text, how, call}).id;

describe('the same failure, whichever command showed it', () => {
  const node = (ms: string, around = '') => `${around}✖ adds (${ms}ms)
✔ throws an error on bad input (0.15ms)
ℹ fail 1
ℹ duration_ms ${ms}

✖ failing tests:

test at a.test.mjs:3:1
✖ adds (${ms}ms)
  AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:

  3 !== 4

      at TestContext.<anonymous> (file:///home/me/project/a.test.mjs:3:27)
      at Test.run (node:internal/test_runner/test:1402:25) {
    code: 'ERR_ASSERTION',
    actual: 3,
    expected: 4,
  }
`;
  const vitest = (verbose: boolean) => ` RUN  v5 /home/me/project

 ❯ v.test.ts (2 tests | 1 failed) 7ms
   × adds 5ms
${verbose ? '     → expected 3 to be 4 // Object.is equality\n   ✓ throws an error on bad input 0ms\n' : ''}
 FAIL  v.test.ts > adds
AssertionError: expected 3 to be 4 // Object.is equality

- Expected
+ Received

- 4
+ 3

 ❯ v.test.ts:2:31
      1| import {test, expect} from 'vitest';
      2| test('adds', () => expect(1 + 2).toBe(4));
      3| test('throws an error on bad input', () => {});

 Test Files  1 failed (1)
      Tests  1 failed | 1 passed (2)
`;
  test.each([
    [
      'run by a package manager, by make, and by itself',
      [node('1.2'), node('38.704927', '> test\n> node --test\n\n'), `${node('7')}make: *** [Makefile:2: test] Error 1\n`],
    ],
    ['a talkative reporter', [vitest(false), vitest(true)]],
    [
      'a compiler with colours, and with an absolute path',
      [
        "src/ts.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.\n",
        "\u001b[96msrc/ts.ts\u001b[0m:\u001b[93m1\u001b[0m:\u001b[93m7\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2322: \u001b[0mType 'string' is not assignable to type 'number'.\n\n1 const x: number = 'a';\n        ~\n\nFound 1 error in src/ts.ts:1\n",
        "/home/me/project/src/ts.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.\n",
      ],
    ],
    [
      'more or fewer tests beside it',
      [
        'a_test.go:3: got 3, want 4\n--- FAIL: TestAdd (0.00s)\nFAIL\nFAIL\tx\t0.003s\n',
        '=== RUN   TestErrorPaths\n--- PASS: TestErrorPaths (0.00s)\n    a_test.go:3: got 3, want 4\n--- FAIL: TestAdd (0.12s)\nFAIL\texample.org/x\t0.012s\nFAIL\n',
      ],
    ],
    [
      'errors in another order, and one twice',
      [
        "b.c:2:1: error: expected ';'\na.c:1:38: error: 'y' undeclared\n",
        "a.c:1:38: error: 'y' undeclared\nb.c:2:1: error: expected ';'\na.c:1:38: error: 'y' undeclared\n",
      ],
    ],
    ['progress that was redrawn', ['10 %\r55 %\r100 %\nError: boom at step\n', '3 %\r100 %\nError: boom at step\n']],
    ['in a temporary folder', ['Error: ENOENT: open /tmp/x-1f2e3d/a/out.json\n', 'Error: ENOENT: open /tmp/y-9a8b7c/out.json\n']],
    [
      'another process, address, port and time',
      [
        '2026-01-02T03:04:05.678Z [pid 4242] ERROR 0x7ffd12 connect ECONNREFUSED http://127.0.0.1:40123/health after 1.2s (try 1 of 9)\n',
        '2026-03-04T13:14:15.161Z [pid 77] ERROR 0x55aa01 connect ECONNREFUSED http://127.0.0.1:51999/health after 900ms (try 2 of 9)\n',
      ],
    ],
    ['no word of an error at all, in other colours', ['the sums differ\n3\n', '\u001b[31mthe sums differ\u001b[0m\n3\n']],
  ])('%s', (_, texts) => {
    expect(new Set(texts.map(text => id(text, {call: text}))).size).toBe(1);
  });
});

describe('different failures', () => {
  test.each([
    ['the values of an assertion', 'AssertionError: expected 3 to be 4\n', 'AssertionError: expected 5 to be 4\n'],
    ['the place of a diagnostic', 'a.c:1:38: error: x\n', 'a.c:2:38: error: x\n'],
    ['the file of a diagnostic', 'a.c:1:38: error: x\n', 'b.c:1:38: error: x\n'],
    ['the code of an error', 'error TS2322: no\n', 'error TS2345: no\n'],
    ['a status', 'Error: request failed with status 404\n', 'Error: request failed with status 500\n'],
    ['the missing module', "Error: Cannot find module 'left-pad'\n", "Error: Cannot find module 'right-pad'\n"],
    ['the missing command', 'bash: line 1: tsc: command not found\n', 'bash: line 1: eslint: command not found\n'],
    ['one more error', 'a.c:1:1: error: x\n', 'a.c:1:1: error: x\na.c:9:1: error: y\n'],
    ['the name of a test, where nothing else is said', 'not ok 1 - adds\n', 'not ok 1 - subtracts\n'],
    [
      'what is said below the same exception',
      'AssertionError: Expected values to be strictly equal:\n\n3 !== 4\n',
      'AssertionError: Expected values to be strictly equal:\n\n5 !== 4\n',
    ],
    ['a text without a word of an error', 'the sums differ\n', 'the products differ\n'],
  ])('%s', (_, one, other) => {
    expect(id(one)).not.toBe(id(other));
  });

  test('where nothing is said, the call and how it ended stand for it', () => {
    expect(id('', {call: 'rg foo'})).not.toBe(id('', {call: 'rg bar'}));
    expect(id('', {call: 'rg foo'})).toBe(id('\n\n', {call: 'rg foo'}));
    expect(id('line 1\n', {call: 'npm start', how: 'timeout'})).toBe(id('line 1\nline 2\n', {call: 'npm start', how: 'timeout'}));
    expect(id('', {how: 'SIGSEGV'})).not.toBe(id('', {how: 'SIGABRT'}));
  });

  test('the notices of the cutter are no part of it', () => {
    const cut = (lines: number) => `start\n⟨… ${lines} lines not shown: read_output {"output":"1.1"} …⟩\nthe end of it\n`;
    expect(id(cut(12))).toBe(id(cut(4_000)));
  });
});

describe('what changes from run to run', () => {
  const clock = fc.date({noInvalidDate: true, min: new Date('2020-01-01'), max: new Date('2030-01-01')}).map(date => date.toISOString());
  const hex = fc.stringMatching(/^[0-9a-f]{6,12}$/);
  const volatile = fc.record({
    at: clock,
    ms: fc.integer({min: 0, max: 99_999}),
    pid: fc.integer({min: 1, max: 4_000_000}),
    at0: hex,
    tries: fc.integer({min: 1, max: 500}),
  });
  const output = ({at, ms, pid, at0, tries}: {at: string; ms: number; pid: number; at0: string; tries: number}, what: string) =>
    `${at} worker ${pid} started\n[${tries}/900] building ${tries} %\n${at} [${pid}] ERROR ${what} at 0x${at0} after ${ms}ms (attempt ${tries})\n    at run (/home/u/p/src/a.js:3:5)\nDone in ${(ms / 1_000).toFixed(2)}s.\n`;

  test('does not change the signature, and the message does', () => {
    fc.assert(
      fc.property(volatile, volatile, (one, other) => {
        expect(id(output(one, 'cannot write the index'))).toBe(id(output(other, 'cannot write the index')));
        expect(id(output(one, 'cannot write the index'))).not.toBe(id(output(other, 'cannot read the index')));
      }),
    );
  });

  test('nor does any order of the errors', () => {
    const errors = Array.from({length: 8}, (_, at) => `src/f${at}.ts(${at + 1},2): error TS${2300 + at}: wrong ${'abcdefgh'[at]}`);
    fc.assert(
      fc.property(fc.shuffledSubarray(errors, {minLength: errors.length}), shuffled => {
        expect(id(shuffled.join('\n'))).toBe(id(errors.join('\n')));
      }),
    );
  });
});

test('a hostile text takes no time', () => {
  for (const text of [
    'a'.repeat(200_000),
    'error '.repeat(30_000),
    '/'.repeat(100_000),
    `${'1:'.repeat(50_000)} error`,
    ':'.repeat(100_000),
    '\u001b['.repeat(50_000),
    '['.repeat(100_000),
    ' '.repeat(100_000),
  ]) {
    const begun = performance.now();
    id(text);
    expect(performance.now() - begun).toBeLessThan(2_000);
  }
});

describe('the line that is recorded is what failed, and no source excerpt', () => {
  const line = (text: string): string => failureSignature({text, how: 'exit 1', call: 'a call'}).line;
  test.each([
    [
      'Node',
      'file:///tmp/u.mjs:1\nthrow new Error("cannot find "+process.argv[2])\n      ^\n\nError: cannot find alpha\n    at file:///tmp/u.mjs:1:7\n\nNode.js v24.0.0\n',
      'Error: cannot find alpha',
    ],
    [
      'Python',
      'Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    fail("could not open "+name)\n    ~~~~^^^^^^^^^^^^^^^^^^^^^^^^\n  File "a.py", line 2, in fail\n    raise ValueError("cannot find: " + text)\nValueError: no such thing\n',
      'ValueError: no such thing',
    ],
    [
      'pytest',
      '    def test_it():\n>       raise LookupError("cannot find " + name)\nE       LookupError: cannot find alpha\n\nt.py:3: LookupError\n',
      'E       LookupError: cannot find alpha',
    ],
    ['javac', 'A.java:3: error: cannot find symbol\n    missing("cannot find");\n    ^\n', 'A.java:3: error: cannot find symbol'],
    ['a compiler that marks an empty line', 'a.c:9:1: error: expected }\n\n^\n', 'a.c:9:1: error: expected }'],
    ['a compiler that shows no source', 'a.c:9:1: error: expected }\n^\n', 'a.c:9:1: error: expected }'],
  ])('%s', (_, text, expected) => expect(line(text)).toBe(expected));

  test('two failures at the same place in the source are two', () => {
    const failed = (what: string) => `u.mjs:1\nthrow new Error("cannot find "+x)\n      ^\n\nError: cannot find ${what}\n`;
    expect(id(failed('alpha'))).not.toBe(id(failed('beta')));
  });
});
