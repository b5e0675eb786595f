import {expect, test} from 'vitest';
import {errorTier, mayTellError} from '../../../src/core/storms/error-tier.ts';

test.each([
  [1, 'src/a.c:3:5: error: expected a semicolon'],
  [1, "src/a.ts(3,5): error TS2322: Type 'string' is not assignable"],
  [1, '  3:5  error  x is not defined  no-undef'],
  [1, 'AssertionError: expected 3 to be 4'],
  [1, 'java.lang.IllegalStateException: the pool is closed'],
  [1, "thread 'main' (12) panicked at src/lib.rs:1:21:"],
  [1, '    a_test.go:3: got 3, want 4'],
  [1, 'E   assert 3 == 4'],
  [1, 'fatal: not a git repository'],
  [1, '2026-01-01T00:00:00Z ERROR the pool is closed'],
  [1, 'bash: line 1: tsc: command not found'],
  [2, 'npm error code ERESOLVE'],
  [3, 'not ok 3 - adds'],
  [3, '--- FAIL: TestAdd (0.00s)'],
  [3, '✖ adds (1.2ms)'],
  [4, 'Found 3 errors in 2 files'],
  [4, 'shard 12 is missing its index'],
  [null, '✓ throws an error on bad input (0.3 ms)'],
  [null, '✔ fails: with Error: no (0.3 ms)'],
  [null, 'test errors::are_fine ... ok'],
  [null, 'ok 2 - throws an Error: bad'],
  [null, 'test_p.py::test_error PASSED [ 50%]'],
  [null, '0 errors, 0 warnings'],
  [null, 'Tests: 12 passed, 0 failed'],
  [null, 'done without errors'],
  [null, 'cc -c src/error_handler.c -o build/error_handler.o'],
  [null, 'npm run test -- --fail-fast'],
  [null, "  12| throw new Error('no')"],
  [null, 'make: *** [Makefile:2: test] Error 1'],
  [null, 'error Command failed with exit code 1.'],
  [null, '    at run (/home/u/p/src/error.js:3:5)'],
  [null, 'src/a.c:1:26: warning: unused variable'],
  [null, 'compiled unit 12'],
] as const)('%s: %s', (tier, line) => {
  expect(errorTier(line)).toBe(tier);
  if (tier !== null) expect(mayTellError(line)).toBe(true);
});
