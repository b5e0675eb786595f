/** What lies in the repository of the sessions that a postmortem is tested on: little programs that fail, flood and never end. */
export const files: Readonly<Record<string, string>> = {
  'state.txt': 'bad\n',
  'a.txt': 'alpha\n',
  'check.sh':
    'echo "checking with pid $$ at $(date +%s%N)"\ngrep -q good state.txt || { echo "state.txt:1: error: expected good, found $(cat state.txt)" >&2; exit 1; }\necho fine\n',
  'a.test.mjs':
    "import {test} from 'node:test';\nimport assert from 'node:assert/strict';\ntest('adds', () => assert.equal(1 + 2, 4));\ntest('throws an error on bad input', () => {});\n",
  'package.json': '{"name": "x", "type": "module", "scripts": {"test": "node --test a.test.mjs"}}\n',
  Makefile: 'test:\n\tnode --test a.test.mjs\n',
  'bad.js': 'const a = ;\n',
  // Another error each time, its counter outside of the session's files.
  'moody.sh':
    'n=$(cat "$HOME/n" 2>/dev/null || echo 0); mkdir -p "$HOME"; echo $((n + 1)) > "$HOME/n"\nset -- socket database cache queue index disk; shift $((n % 6)); echo "Error: the $1 is not there" >&2; exit 1\n',
  'flaky.sh':
    'n=$(cat "$HOME/f" 2>/dev/null || echo 0); mkdir -p "$HOME"; echo $((n + 1)) > "$HOME/f"\n[ $((n % 2)) = 1 ] || { echo "Error: the port is taken" >&2; exit 1; }\n',
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
  'burst.mjs':
    "process.stdout.write('compiled src/module.c into build/module.o without a word\\n'.repeat(30000)); setTimeout(() => {}, 60000);\n",
  'sums.mjs':
    "import {createHash} from 'node:crypto';\nfor (let n = 0; n < 200; n++) console.log(createHash('sha256').update(process.argv[2] + n).digest('base64'));\n",
  'slow.mjs': "let n = 0; setInterval(() => console.log('compiled unit', ++n), 20);\n",
};
