import {shell, again, write, end, flood, short, quick, lost, overflow, long, type Scenario} from './postmortem-scenario.ts';
import {repetitions} from './postmortem-repetitions.ts';

const outputs: readonly Scenario[] = [
  // A timeout, and what caused it.
  {
    name: 'timeout-tick',
    about: 'a watcher prints without end until it is ended',
    yes: ['timeout'],
    config: quick,
    replies: [shell('node spin.mjs tick'), end],
  },
  {
    name: 'timeout-warnings',
    about: 'three lines of a warning without end',
    yes: ['timeout'],
    config: quick,
    replies: [shell('node spin.mjs warn'), end],
  },
  {
    name: 'timeout-redraw',
    about: 'a progress bar is redrawn without end, and no line ever ends',
    yes: ['timeout'],
    config: quick,
    replies: [shell('node spin.mjs bar'), end],
  },
  {
    name: 'timeout-of-the-run',
    about: "the time of the run is up while a server's log floods",
    yes: ['timeout'],
    args: ['--timeout', '3s'],
    replies: [shell('node spin.mjs get'), end],
  },
  {name: 'timeout-sleep', about: 'a sleep', yes: [], config: quick, replies: [shell('sleep 30'), end]},
  {
    name: 'timeout-after-burst',
    about: 'much output at once, and then it hangs',
    yes: [],
    config: '[shell]\ntimeout_s = 3\n',
    replies: [shell('node burst.mjs'), end],
  },
  {name: 'timeout-slow-build', about: 'a build that is only slow', yes: [], config: quick, replies: [shell('node slow.mjs'), end]},
  {
    name: 'timeout-lock',
    about: 'it says again and again that it waits for a lock',
    yes: [],
    config: quick,
    replies: [shell('while true; do echo waiting for the lock; sleep 0.1; done'), end],
  },
  {name: 'large-and-harmless', about: 'a large output of a command that succeeds', yes: [], replies: [shell('node flood.mjs 15000'), end]},

  // A request that was too large.
  {
    name: 'overflow-long-outputs',
    about: 'eight long outputs, and the model refuses the request',
    yes: ['overflow'],
    replies: [...Array.from({length: 8}, (_, n) => long(n)), overflow(1)],
  },
  {
    name: 'overflow-squeezed',
    about: 'the same, and a smaller request is answered',
    yes: ['overflow'],
    replies: [...Array.from({length: 8}, (_, n) => long(n)), {fail: {code: 'context-overflow', times: 1}, text: 'So.'}],
  },
  {
    name: 'overflow-pages',
    about: 'one output, paged through whole',
    yes: ['overflow'],
    replies: [long(0), ...[1, 50, 100, 150].map(from => again('1.1', {from, lines: 50})), long(1), long(2), overflow(1)],
  },
  {
    name: 'overflow-prompt',
    about: "the user's words are long",
    yes: [],
    prompt: 'Please mind this. '.repeat(1_500),
    replies: [shell('true'), overflow(1)],
  },
  {
    name: 'overflow-small-outputs',
    about: 'many small outputs',
    yes: [],
    replies: [...Array.from({length: 24}, (_, n) => shell(`seq ${n} ${n + 60}`)), overflow(1)],
  },
  {
    name: 'overflow-own-words',
    about: 'the model writes large files itself',
    yes: [],
    replies: [...[1, 2, 3].map(n => write(`big${n}.txt`, `line of file ${n}\n`.repeat(900))), overflow(1)],
  },
  {
    name: 'full-by-prompt',
    about: 'what the user says does not fit the window',
    yes: [],
    config: '[context]\nwindow = 4000\n',
    prompt: `${'Every word of this counts. '.repeat(4)}\n`.repeat(1_000),
    replies: [end],
  },

  // An error among the lines that were not shown.
  {
    name: 'hidden-and-forgotten',
    about: 'the one error of a flood is dropped, and the model gives up',
    yes: ['dropped-error'],
    policy: 'lines/1',
    replies: [shell(flood(7_342, lost)), end],
  },
  {
    name: 'hidden-and-searched',
    about: 'it is dropped, and found by a search in the original',
    yes: ['dropped-error', 'came-back'],
    policy: 'lines/1',
    replies: [shell(flood(7_342, lost)), again('1.1', {search: 'shard'}), end],
  },
  {
    name: 'hidden-and-paged',
    about: 'it is dropped, and found by its lines',
    yes: ['dropped-error', 'came-back'],
    policy: 'lines/1',
    replies: [shell(flood(7_342, lost)), again('1.1', {from: 7_330, lines: 20}), end],
  },
  {
    name: 'hidden-and-run-again',
    about: 'it is dropped, and the command is run again through a filter',
    yes: ['dropped-error', 'came-back'],
    policy: 'lines/1',
    replies: [shell(flood(7_342, lost)), shell(`${flood(7_342, lost)} | grep -v fetch`), end],
  },
  {
    name: 'hidden-and-missed',
    about: 'it is dropped, and the model pages elsewhere',
    yes: ['dropped-error'],
    policy: 'lines/1',
    replies: [shell(flood(7_342, lost)), again('1.1', {from: 21, lines: 40}), end],
  },
  {
    name: 'hidden-exception',
    about: 'an exception in colours in the middle of a flood',
    yes: ['dropped-error'],
    policy: 'lines/1',
    replies: [shell(flood(9_000, '\u001b[31mjava.lang.IllegalStateException: the pool is closed\u001b[0m')), end],
  },
  {
    name: 'hidden-in-plain-words',
    about: 'nothing but plain words say what failed',
    yes: ['dropped-error'],
    policy: 'lines/1',
    replies: [shell(flood(5_000, 'shard 12 is missing its index, stopping')), end],
  },
  {
    name: 'hidden-kinds',
    about: 'forty different errors, and no room for all of them',
    yes: ['dropped-error'],
    config: short,
    replies: [shell('node kinds.mjs'), end],
  },
  {
    name: 'hidden-kinds-read',
    about: 'the same, and the model reads on',
    yes: ['dropped-error', 'came-back'],
    config: short,
    replies: [shell('node kinds.mjs'), again('1.1', {search: 'error:'}), end],
  },
  {
    name: 'shown-by-salience',
    about: 'the one error of a flood is shown out of the middle',
    yes: [],
    replies: [shell(flood(7_342, lost)), end],
  },
  {name: 'zero-errors', about: 'every dropped line says that there are 0 errors', yes: [], replies: [shell('node many.mjs zero'), end]},
  {name: 'error-in-names', about: 'the dropped lines compile error_handler.c', yes: [], replies: [shell('node many.mjs named'), end]},
  {
    name: 'error-in-passed-tests',
    about: 'the dropped tests passed, and have the word in their names',
    yes: [],
    replies: [shell('node many.mjs passed'), end],
  },
  {name: 'more-of-the-same', about: 'one error 3,000 times, shown at both ends', yes: [], replies: [shell('node many.mjs same'), end]},
  {
    name: 'dropped-and-succeeded',
    about: 'a dropped error of a command that succeeds',
    yes: [],
    policy: 'lines/1',
    replies: [shell(flood(7_342, lost, 0)), end],
  },
];

export const scenarios: readonly Scenario[] = [...outputs, ...repetitions];
