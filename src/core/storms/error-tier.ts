/**
 * How much a line says about what failed: 1 the failure itself (a diagnostic, an exception's message, an assertion), 2 what a program that
 * runs others says of itself, 3 the name of what failed, 4 a line with a word of failure in it. Null: it says nothing. What is said to have
 * passed, counts of errors, and names that merely hold the word are no errors.
 */
export type Tier = 1 | 2 | 3 | 4;

export function errorTier(written: string): Tier | null {
  const line = written.slice(0, longest);
  if (PASSED.test(line) || WRAPPER.test(line) || SOURCE.test(line)) return null;
  if (RUNNER.test(line)) return 2;
  if (COUNT.test(line)) return NOTHING.test(line) || CLEAN.test(line) ? null : 4;
  if (FAILED_NAME.test(line)) return 3;
  if ((PLACE.test(line) && !MILD.test(line)) || DIAGNOSTIC.test(line) || EXCEPTION.test(line) || LEVEL.test(line) || MESSAGE.test(line))
    return NOTHING.test(line) ? null : 1;
  return WORD.test(line) && !NOTHING.test(line) ? 4 : null;
}

/** Quick and generous: whether a line is worth the look. */
export const mayTellError = (line: string): boolean => HINT.test(line);

const HINT =
  /err|fail|fatal|critical|severe|excep|panic|assert|expect|not ok|[✗✖×✕●❌]|caused by|segment|core dump|trace|overflow|memory|command|such file|denied|recogni|undefined|unresolved|cannot|can't|could not|unable|invalid|missing|refused|not found|unexpected|abort|killed|time(?:d )?out|wrong|mismatch|violat|unknown|^E\s{2}|^\s*\S+:\d+:/i;

const longest = 600;

/** A test or step that went well, whatever its name says. */
const PASSED = /^\s*(?:[✓✔√]|ok\b|PASS(?:ED)?\b|--- PASS|\[\s*(?:OK|PASSED)\s*\])|\.\.\. ok$|\bPASSED\b(?:\s+\[\s*\d+%\])?$/;

/** The source around an error, shown with its line numbers: the words in it are the program's own. */
const SOURCE = /^\s*>?\s*\d+\s*[|│]/;

/** That a command failed, told by the one that called it, or where to read on: the failure itself stands elsewhere. */
const WRAPPER =
  /\*\*\* .*\bError \d+|\bELIFECYCLE\b|\blifecycle script\b|^\s*error Command failed\b|\b(?:exit(?:ed)?(?: with)?(?: (?:exit )?(?:code|status))?|exit (?:code|status)|returned|status) ?[:=]? ?\d+\.?\s*$|non-zero|\bsubcommand failed|\bto rerun\b|\bcomplete log of this run\b|\b(?:could not compile|aborting due to)\b|\bnode:internal\b|^\s*at .*:\d+:\d+\)?$/i;

/** Package managers put their name before every line, the meaningless ones too. */
const RUNNER = /^\s*(?:npm (?:ERR!|error)|yarn error|pnpm ERR|(?:ERR_PNPM|YN)\w*)/i;

const COUNT =
  /\b\d+ (?:tests? |specs? |suites? |examples? |checks? )?(?:errors?|failures?|failed|failing|problems?|warnings?)\b|\b(?:errors?|failures?|failed|fail|problems?)\s*[:=]\s*\d+\b|^\s*(?:tests?|test files|test suites)\b.*\bfailed\b/i;

/** Nothing is wrong: `0 errors`, `errors: 0`, `no errors found`, `without error`. */
const NOTHING =
  /(?<![\d.,])0 (?:tests? )?(?:errors?|failures?|failed|failing|problems?)\b|\b(?:errors?|failures?|failed|fail|problems?)\s*[:=]\s*(?:0|false|null|none|undefined)\b|\b(?:no|zero|without(?: any)?) (?:\w+ )?(?:errors?|failures?|problems?)\b/i;
const CLEAN = /\b(?:0 errors?|0 failed|0 failures?|0 problems?)\b/i;

/** The name of a test or file that failed. */
const FAILED_NAME =
  /^\s*(?:[✗✖×✕●❌]|not ok\b|FAIL(?:ED)?\b|--- FAIL\b|\[\s*FAILED\s*\]|ERROR collecting)|\b(?:FAILED|FAIL)\b(?:\s+\[\s*\d+%\])?$|\.\.\. FAILED$/;

/** `file:line[:col]: …`, whatever it says there: tests and compilers of many languages. */
const PLACE = /^\s*(?:[\w.@+-]*[\\/])*[\w@+-][\w.@+-]*\.[A-Za-z]\w*:\d+(?::\d+)?:\s+\S/;
const MILD = /\b(?:warning|note|info|remark|hint|debug|help)\b\s*[:[]/i;

/** `file:line[:col]: error…`, `file(3,5): error …`, `error[E0308]: …`, `error TS2322: …`. */
const DIAGNOSTIC =
  /[\w.-]+[:(]\d+[:,]?\d*\)?\s*:?\s*(?:-\s*)?(?:fatal |syntax )?error\b|^\s*\d+:\d+\s+error\s|\b(?:fatal )?error(?:\[\w+\]| [A-Z]+\d+)?\s*:\s*(?!\|-)\S|^(?:[\w./-]+: )?(?:line )?\d*:?\s*syntax error\b/i;

/** `TypeError: …`, `java.lang.IllegalStateException: …`, `panic: …`, `thread 'main' panicked at …`. */
const EXCEPTION =
  /\b[A-Z]\w*(?:Error|Exception|Failure)\b(?:\s\[\w+\])?\s*:|\b(?:[a-z_]\w*\.)+[A-Z]\w*(?:Error|Exception)\b|\bpanic(?:ked)?\b(?::| at\b)|^\s*Caused by\b|^\s*E\s{2,}\S|\b(?:Segmentation fault|core dumped|Traceback \(most recent call last\)|stack overflow|out of memory)\b/;

/** A level that a program or its logger writes before what it says. */
const LEVEL = /^(?:fatal|error|Fatal|Error)\b[:[]\s?(?!\|-)\S|\b(?:ERROR|FATAL|CRITICAL|SEVERE)\b/;

/** What shells, linkers, git and servers say. */
const MESSAGE =
  /\b(?:command not found|No such file or directory|Permission denied|not recognized as|undefined reference|unresolved (?:import|symbol)|cannot find|could not (?:find|resolve|open|connect)|Connection refused|address already in use|EADDRINUSE|ECONNREFUSED|ENOENT|EACCES|ENOSPC)\b|\bassert(?:ion)?\b.*\bfail|\bexpected\b.+\b(?:to|but|got|received|found|actual|at)\b/i;

/** A word of failure by itself, not part of a name such as `error_handler.c` or `--fail-fast`. */
const WORD =
  /(?<![\w./-])(?:errors?|failed|failure|fails|fatal|cannot|can't|could not|unable to|invalid|missing|denied|refused|not found|unexpected|exception|abort(?:ed)?|killed|timed out|timeout|wrong|mismatch|violat(?:es|ion)|undefined|unknown)(?![\w-]*[./]\w|[\w]|-\w)/i;
