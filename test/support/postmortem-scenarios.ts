/**
 * Sessions to judge, and what is true of them. `yes` are the questions of a postmortem that these sessions answer with yes: what the scenario
 * was made for, not what the program says of it.
 */
export type Scenario = {
  name: string;
  about: string;
  yes: readonly ('timeout' | 'overflow' | 'dropped-error' | 'came-back' | 'retry-storm' | 'repeat')[];
  replies: readonly object[];
  /** Prompts after the first one, each a run of its own. */
  prompts?: readonly string[];
  prompt?: string;
  config?: string;
  window?: number;
  args?: readonly string[];
  /** Receipts of this policy only: the program must still cut by it. */
  policy?: 'lines/1';
};

const sh = (command: string, more: object = {}) => ({tool: 'shell', input: {command, ...more}});
const shell = (command: string, more: object = {}) => ({calls: [sh(command, more)]});
const read = (path: string) => ({calls: [{tool: 'read', input: {path}}]});
const again = (output: string, more: object) => ({calls: [{tool: 'read_output', input: {output, ...more}}]});
const write = (path: string, content: string) => ({calls: [{tool: 'write', input: {path, content}}]});
const end = {text: 'That is all.'};
const times = (count: number, reply: object): readonly object[] => Array.from({length: count}, () => reply);

export const files: Readonly<Record<string, string>> = {
  'state.txt': 'bad\n',
  'a.txt': 'alpha\n',
  'check.sh': 'echo "checking with pid $$ at $(date +%s%N)"\ngrep -q good state.txt || { echo "state.txt:1: error: expected good, found $(cat state.txt)" >&2; exit 1; }\necho fine\n',
  'a.test.mjs': "import {test} from 'node:test';\nimport assert from 'node:assert/strict';\ntest('adds', () => assert.equal(1 + 2, 4));\ntest('throws an error on bad input', () => {});\n",
  'package.json': '{"name": "x", "type": "module", "scripts": {"test": "node --test a.test.mjs"}}\n',
  'Makefile': 'test:\n\tnode --test a.test.mjs\n',
  'bad.js': 'const a = ;\n',
  // Another error each time, its counter outside of the session's files.
  'moody.sh': 'n=$(cat "$HOME/n" 2>/dev/null || echo 0); mkdir -p "$HOME"; echo $((n + 1)) > "$HOME/n"\nset -- socket database cache queue index disk; shift $((n % 6)); echo "Error: the $1 is not there" >&2; exit 1\n',
  'flaky.sh': 'n=$(cat "$HOME/f" 2>/dev/null || echo 0); mkdir -p "$HOME"; echo $((n + 1)) > "$HOME/f"\n[ $((n % 2)) = 1 ] || { echo "Error: the port is taken" >&2; exit 1; }\n',
  'flood.mjs': `const [lines = '15000', at = '0', text = '', exit = '0', last = ''] = process.argv.slice(2);
let out = '';
for (let n = 1; n <= Number(lines); n++) out += n === Number(at) ? text + '\\n' : 'npm http fetch GET 200 https://registry.example/pkg-' + (n % 97) + ' cache hit\\n';
process.stdout.write(out + (last === '' ? '' : last + '\\n'), () => process.exit(Number(exit)));
`,
  'kinds.mjs': `const words = 'apple brick cloud delta eagle flame grape honey igloo jolly knife lemon mango noble ocean piano queen river stone tiger uncle vivid whale xenon yacht zebra amber bloom cedar drift ember frost gleam haven ivory jewel karma lunar maple nylon'.split(' ');
for (let n = 0; n < 4000; n++) console.log('compiling unit ' + (n % 50));
for (const [n, word] of words.entries()) { console.log('src/' + word + '.c:' + (n + 1) + ':5: error: the ' + word + ' of ' + words[(n * 7) % 40] + ' has no ' + words[(n * 11) % 40]); for (let k = 0; k < 100; k++) console.log('compiling unit ' + k % 50); }
console.log('stopped'); process.exitCode = 1;
`,
  'many.mjs': `const [kind, count = '3000', exit = '1', last = 'Error: link failed: no main'] = process.argv.slice(2);
const line = {zero: n => 'module ' + n % 60 + ': 0 errors, 0 warnings', named: n => 'cc -c src/error_handler_' + n % 60 + '.c -o build/error_handler.o', passed: n => '✓ throws an error on bad input ' + n % 60 + ' (0.3 ms)', same: n => 'src/a.c:3:1: error: expected a semicolon'}[kind];
for (let n = 0; n < Number(count); n++) console.log(line(n));
console.log(last); process.exitCode = Number(exit);
`,
  'spin.mjs': `const kinds = {tick: ['tick of the watcher, nothing to do, looking again at once, as it was told to do by nobody\\n'], warn: ['(node) warning: possible leak of listeners\\n', '    at emit (events.js:1:1)\\n', '    at next (loop.js:2:2)\\n'], bar: ['\\rbuilding [======>       ] 42 %'], get: ['127.0.0.1 GET /health 200 1 ms\\n']}[process.argv[2]];
const piece = kinds.join('').repeat(Math.ceil(20000 / kinds.join('').length));
const print = () => process.stdout.write(piece, () => setTimeout(print, 10));
print();
`,
  'burst.mjs': "process.stdout.write('compiled src/module.c into build/module.o without a word\\n'.repeat(30000)); setTimeout(() => {}, 60000);\n",
  'sums.mjs': "import {createHash} from 'node:crypto';\nfor (let n = 0; n < 200; n++) console.log(createHash('sha256').update(process.argv[2] + n).digest('base64'));\n",
  'slow.mjs': "let n = 0; setInterval(() => console.log('compiled unit', ++n), 20);\n",
};

const flood = (at: number, text: string, exit = 1, last = '') => `node flood.mjs 15000 ${at} '${text}' ${exit} '${last}'`;
const short = '[output]\ntokens = 200\n';
const quick = '[shell]\ntimeout_s = 1\n';
const lost = "Error: cannot find the key of shard 12";
const overflow = (n: number) => ({fail: {code: 'context-overflow', message: `The prompt is too long: try ${n}.`}});
const long = (n: number) => shell(`node sums.mjs ${n}`);

export const scenarios: readonly Scenario[] = [
  // A timeout, and what caused it.
  {name: 'timeout-tick', about: 'a watcher prints without end until it is ended', yes: ['timeout'], config: quick, replies: [shell('node spin.mjs tick'), end]},
  {name: 'timeout-warnings', about: 'three lines of a warning without end', yes: ['timeout'], config: quick, replies: [shell('node spin.mjs warn'), end]},
  {name: 'timeout-redraw', about: 'a progress bar is redrawn without end, and no line ever ends', yes: ['timeout'], config: quick, replies: [shell('node spin.mjs bar'), end]},
  {name: 'timeout-of-the-run', about: "the time of the run is up while a server's log floods", yes: ['timeout'], args: ['--timeout', '3s'], replies: [shell('node spin.mjs get'), end]},
  {name: 'timeout-sleep', about: 'a sleep', yes: [], config: quick, replies: [shell('sleep 30'), end]},
  {name: 'timeout-after-burst', about: 'much output at once, and then it hangs', yes: [], config: '[shell]\ntimeout_s = 3\n', replies: [shell('node burst.mjs'), end]},
  {name: 'timeout-slow-build', about: 'a build that is only slow', yes: [], config: quick, replies: [shell('node slow.mjs'), end]},
  {name: 'timeout-lock', about: 'it says again and again that it waits for a lock', yes: [], config: quick, replies: [shell('while true; do echo waiting for the lock; sleep 0.1; done'), end]},
  {name: 'large-and-harmless', about: 'a large output of a command that succeeds', yes: [], replies: [shell('node flood.mjs 15000'), end]},

  // A request that was too large.
  {name: 'overflow-long-outputs', about: 'eight long outputs, and the model refuses the request', yes: ['overflow'], replies: [...Array.from({length: 8}, (_, n) => long(n)), overflow(1)]},
  {name: 'overflow-squeezed', about: 'the same, and a smaller request is answered', yes: ['overflow'], replies: [...Array.from({length: 8}, (_, n) => long(n)), {fail: {code: 'context-overflow', times: 1}, text: 'So.'}]},
  {name: 'overflow-pages', about: 'one output, paged through whole', yes: ['overflow'], replies: [long(0), ...[1, 50, 100, 150].map(from => again('1.1', {from, lines: 50})), long(1), long(2), overflow(1)]},
  {name: 'overflow-prompt', about: "the user's words are long", yes: [], prompt: 'Please mind this. '.repeat(1_500), replies: [shell('true'), overflow(1)]},
  {name: 'overflow-small-outputs', about: 'many small outputs', yes: [], replies: [...Array.from({length: 24}, (_, n) => shell(`seq ${n} ${n + 60}`)), overflow(1)]},
  {name: 'overflow-own-words', about: 'the model writes large files itself', yes: [], replies: [...[1, 2, 3].map(n => write(`big${n}.txt`, `line of file ${n}\n`.repeat(900))), overflow(1)]},
  {name: 'full-by-prompt', about: 'what the user says does not fit the window', yes: [], config: '[context]\nwindow = 4000\n', prompt: `${'Every word of this counts. '.repeat(4)}\n`.repeat(1_000), replies: [end]},

  // An error among the lines that were not shown.
  {name: 'hidden-and-forgotten', about: 'the one error of a flood is dropped, and the model gives up', yes: ['dropped-error'], policy: 'lines/1', replies: [shell(flood(7_342, lost)), end]},
  {name: 'hidden-and-searched', about: 'it is dropped, and found by a search in the original', yes: ['dropped-error', 'came-back'], policy: 'lines/1', replies: [shell(flood(7_342, lost)), again('1.1', {search: 'shard'}), end]},
  {name: 'hidden-and-paged', about: 'it is dropped, and found by its lines', yes: ['dropped-error', 'came-back'], policy: 'lines/1', replies: [shell(flood(7_342, lost)), again('1.1', {from: 7_330, lines: 20}), end]},
  {name: 'hidden-and-run-again', about: 'it is dropped, and the command is run again through a filter', yes: ['dropped-error', 'came-back'], policy: 'lines/1', replies: [shell(flood(7_342, lost)), shell(`${flood(7_342, lost)} | grep -v fetch`), end]},
  {name: 'hidden-and-missed', about: 'it is dropped, and the model pages elsewhere', yes: ['dropped-error'], policy: 'lines/1', replies: [shell(flood(7_342, lost)), again('1.1', {from: 21, lines: 40}), end]},
  {name: 'hidden-exception', about: 'an exception in colours in the middle of a flood', yes: ['dropped-error'], policy: 'lines/1', replies: [shell(flood(9_000, '\u001b[31mjava.lang.IllegalStateException: the pool is closed\u001b[0m')), end]},
  {name: 'hidden-in-plain-words', about: 'nothing but plain words say what failed', yes: ['dropped-error'], policy: 'lines/1', replies: [shell(flood(5_000, 'shard 12 is missing its index, stopping')), end]},
  {name: 'hidden-kinds', about: 'forty different errors, and no room for all of them', yes: ['dropped-error'], config: short, replies: [shell('node kinds.mjs'), end]},
  {name: 'hidden-kinds-read', about: 'the same, and the model reads on', yes: ['dropped-error', 'came-back'], config: short, replies: [shell('node kinds.mjs'), again('1.1', {search: 'error:'}), end]},
  {name: 'shown-by-salience', about: 'the one error of a flood is shown out of the middle', yes: [], replies: [shell(flood(7_342, lost)), end]},
  {name: 'zero-errors', about: 'every dropped line says that there are 0 errors', yes: [], replies: [shell('node many.mjs zero'), end]},
  {name: 'error-in-names', about: 'the dropped lines compile error_handler.c', yes: [], replies: [shell('node many.mjs named'), end]},
  {name: 'error-in-passed-tests', about: 'the dropped tests passed, and have the word in their names', yes: [], replies: [shell('node many.mjs passed'), end]},
  {name: 'more-of-the-same', about: 'one error 3,000 times, shown at both ends', yes: [], replies: [shell('node many.mjs same'), end]},
  {name: 'dropped-and-succeeded', about: 'a dropped error of a command that succeeds', yes: [], policy: 'lines/1', replies: [shell(flood(7_342, lost, 0)), end]},

  // The same failure again and again.
  {name: 'storm-commands', about: 'the same test by four commands', yes: ['retry-storm'], replies: [shell('npm test'), shell('npm test --silent'), shell('node --test a.test.mjs'), shell('make test'), end]},
  {name: 'storm-paused', about: 'until the session pauses', yes: ['retry-storm'], replies: times(8, shell('sh check.sh'))},
  {name: 'storm-with-reads', about: 'reading in between changes nothing', yes: ['retry-storm'], replies: [shell('sh check.sh'), read('check.sh'), shell('bash check.sh'), read('state.txt'), shell('sh ./check.sh'), end]},
  {name: 'storm-missing-file', about: 'a file that is not there, three times', yes: ['retry-storm'], replies: [...times(3, read('src/gone.ts')), end]},
  {name: 'storm-edit', about: 'an edit whose text is not in the file', yes: ['retry-storm'], replies: [read('a.txt'), ...times(3, {calls: [{tool: 'edit', input: {path: 'a.txt', old: 'omega', new: 'beta'}}]}), end]},
  {name: 'storm-report', about: 'the command writes a report of its own each time', yes: ['retry-storm'], replies: [...times(4, shell('date +%N > report.xml; node bad.js')), end]},
  {name: 'storm-refused', about: 'a call that the rules refuse', yes: ['retry-storm'], config: '[rules]\ndeny = ["shell curl *"]\n', replies: [...times(3, shell('curl http://localhost:1/')), end]},
  {name: 'storm-and-hidden', about: 'a flood with its error dropped, four times', yes: ['dropped-error', 'retry-storm'], policy: 'lines/1', replies: [...times(4, shell(flood(7_342, lost, 1, 'stopped early'))), end]},
  {name: 'other-errors', about: 'one command, another error each time', yes: [], replies: [...times(5, shell('sh moody.sh')), end]},
  {name: 'poll-exempt', about: 'a poll that the user exempted', yes: [], config: '[storms]\nexempt = ["shell until *"]\n', replies: [...times(6, shell('until grep -q good state.txt; do echo Error: not ready yet; exit 1; done')), end]},
  {name: 'edits-between', about: 'an edit by a tool before each try', yes: [], replies: [...[1, 2, 3, 4].flatMap(n => [write('b.txt', `${n}\n`), shell('sh check.sh')]), end]},
  {name: 'sed-between', about: 'an edit by a command before each try', yes: [], replies: [...[1, 2, 3, 4].flatMap(n => [shell(`echo ${n} >> a.txt`), shell('sh check.sh')]), end]},
  {name: 'edit-and-try', about: 'a command that edits and tries at once', yes: [], replies: [...[1, 2, 3, 4].map(n => shell(`echo ${n} >> a.txt; sh check.sh`)), end]},
  {name: 'mended', about: 'it fails twice and is mended', yes: [], replies: [shell('sh check.sh'), shell('sh check.sh'), shell('echo good > state.txt'), shell('sh check.sh'), end]},
  {name: 'nothing-found', about: 'three searches that find nothing', yes: [], replies: [...['foo', 'bar', 'baz'].map(word => shell(`grep -rn ${word}qux .`)), end]},
  {name: 'flaky', about: 'every second try succeeds', yes: [], replies: [...times(6, shell('sh flaky.sh')), end]},
  {name: 'asked-again', about: 'the user asks for the tests four times', yes: [], prompts: ['Again.', 'Again.', 'Again.'], replies: [1, 2, 3, 4].flatMap(() => [shell('sh check.sh'), end])},
  {name: 'missing-files', about: 'four different files that are not there', yes: [], replies: [...['a', 'b', 'c', 'd'].map(name => read(`src/${name}/index.ts`)), end]},
  {name: 'one-step', about: 'three tries in one reply', yes: [], replies: [{calls: [1, 2, 3].map(() => sh('sh check.sh'))}, end]},

  // The same output again and again.
  {name: 'repeat-read', about: 'one file, read six times', yes: ['repeat'], replies: [...times(6, read('a.txt')), end]},
  {name: 'repeat-status', about: 'one question to git, ten times', yes: ['repeat'], replies: times(12, shell('git status --short'))},
  {name: 'poll-with-news', about: 'a poll whose output changes', yes: [], replies: [...times(8, shell('date +%s%N')), end]},
  {name: 'read-twice', about: 'a file is read again after the tests', yes: [], replies: [read('a.txt'), shell('sh check.sh'), read('a.txt'), shell('true'), read('a.txt'), end]},
  {name: 'background', about: 'waiting for a server in the background', yes: [], replies: [shell('sleep 20', {background: true}), ...times(8, {calls: [{tool: 'shell', input: {read: 'bg1', timeout_s: 0.05}}]}), end]},
];
