import {sh, shell, read, write, end, times, flood, lost, type Scenario} from './postmortem-scenario.ts';

/** Failures and outputs that come back, and what only looks like it. */
export const repetitions: readonly Scenario[] = [
  // The same failure again and again.
  {
    name: 'storm-commands',
    about: 'the same test by four commands',
    yes: ['retry-storm'],
    replies: [shell('npm test'), shell('npm test --silent'), shell('node --test a.test.mjs'), shell('make test'), end],
  },
  {name: 'storm-paused', about: 'until the session pauses', yes: ['retry-storm'], replies: times(8, shell('sh check.sh'))},
  {
    name: 'storm-with-reads',
    about: 'reading in between changes nothing',
    yes: ['retry-storm'],
    replies: [shell('sh check.sh'), read('check.sh'), shell('bash check.sh'), read('state.txt'), shell('sh ./check.sh'), end],
  },
  {
    name: 'storm-missing-file',
    about: 'a file that is not there, three times',
    yes: ['retry-storm'],
    replies: [...times(3, read('src/gone.ts')), end],
  },
  {
    name: 'storm-edit',
    about: 'an edit whose text is not in the file',
    yes: ['retry-storm'],
    replies: [read('a.txt'), ...times(3, {calls: [{tool: 'edit', input: {path: 'a.txt', old: 'omega', new: 'beta'}}]}), end],
  },
  {
    name: 'storm-report',
    about: 'the command writes a report of its own each time',
    yes: ['retry-storm'],
    replies: [...times(4, shell('date +%N > report.xml; node bad.js')), end],
  },
  {
    name: 'storm-refused',
    about: 'a call that the rules refuse',
    yes: ['retry-storm'],
    config: '[rules]\ndeny = ["shell curl *"]\n',
    replies: [...times(3, shell('curl http://localhost:1/')), end],
  },
  {
    name: 'storm-and-hidden',
    about: 'a flood with its error dropped, four times',
    yes: ['dropped-error', 'retry-storm'],
    policy: 'lines/1',
    replies: [...times(4, shell(flood(7_342, lost, 1, 'stopped early'))), end],
  },
  {name: 'other-errors', about: 'one command, another error each time', yes: [], replies: [...times(5, shell('sh moody.sh')), end]},
  {
    name: 'poll-exempt',
    about: 'a poll that the user exempted',
    yes: [],
    config: '[storms]\nexempt = ["shell until *"]\n',
    replies: [...times(6, shell('until grep -q good state.txt; do echo Error: not ready yet; exit 1; done')), end],
  },
  {
    name: 'edits-between',
    about: 'an edit by a tool before each try',
    yes: [],
    replies: [...[1, 2, 3, 4].flatMap(n => [write('b.txt', `${n}\n`), shell('sh check.sh')]), end],
  },
  {
    name: 'sed-between',
    about: 'an edit by a command before each try',
    yes: [],
    replies: [...[1, 2, 3, 4].flatMap(n => [shell(`echo ${n} >> a.txt`), shell('sh check.sh')]), end],
  },
  {
    name: 'edit-and-try',
    about: 'a command that edits and tries at once',
    yes: [],
    replies: [...[1, 2, 3, 4].map(n => shell(`echo ${n} >> a.txt; sh check.sh`)), end],
  },
  {
    name: 'mended',
    about: 'it fails twice and is mended',
    yes: [],
    replies: [shell('sh check.sh'), shell('sh check.sh'), shell('echo good > state.txt'), shell('sh check.sh'), end],
  },
  {
    name: 'nothing-found',
    about: 'three searches that find nothing',
    yes: [],
    replies: [...['foo', 'bar', 'baz'].map(word => shell(`grep -rn ${word}qux .`)), end],
  },
  {name: 'flaky', about: 'every second try succeeds', yes: [], replies: [...times(6, shell('sh flaky.sh')), end]},
  {
    name: 'asked-again',
    about: 'the user asks for the tests four times',
    yes: [],
    prompts: ['Again.', 'Again.', 'Again.'],
    replies: [1, 2, 3, 4].flatMap(() => [shell('sh check.sh'), end]),
  },
  {
    name: 'missing-files',
    about: 'four different files that are not there',
    yes: [],
    replies: [...['a', 'b', 'c', 'd'].map(name => read(`src/${name}/index.ts`)), end],
  },
  {name: 'one-step', about: 'three tries in one reply', yes: [], replies: [{calls: [1, 2, 3].map(() => sh('sh check.sh'))}, end]},

  // The same output again and again.
  {name: 'repeat-read', about: 'one file, read six times', yes: ['repeat'], replies: [...times(6, read('a.txt')), end]},
  {name: 'repeat-status', about: 'one question to git, ten times', yes: ['repeat'], replies: times(12, shell('git status --short'))},
  {name: 'poll-with-news', about: 'a poll whose output changes', yes: [], replies: [...times(8, shell('date +%s%N')), end]},
  {
    name: 'read-twice',
    about: 'a file is read again after the tests',
    yes: [],
    replies: [read('a.txt'), shell('sh check.sh'), read('a.txt'), shell('true'), read('a.txt'), end],
  },
  {
    name: 'background',
    about: 'waiting for a server in the background',
    yes: [],
    replies: [shell('sleep 20', {background: true}), ...times(8, {calls: [{tool: 'shell', input: {read: 'bg1', timeout_s: 0.05}}]}), end],
  },
];
