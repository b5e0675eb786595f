/** A session to be stopped anywhere: `effect` is a shell command that leaves its key outside the worktree. */
export type Reference = (effect: string) => readonly object[];

export const files = {'a.txt': 'alpha one\n', 'b.txt': 'alpha two\n', 'src/c.txt': 'alpha three\n'};

/** What each file may hold at any moment: as it was, as the session wants it, or (null) not there. */
export const contents: Readonly<Record<string, readonly (string | null)[]>> = {
  'a.txt': ['alpha one\n', 'beta one\n'],
  'b.txt': ['alpha two\n'],
  'src/c.txt': ['alpha three\n'],
  'new/d.txt': [null, 'delta\n'],
};

const call = (tool: string, input: object) => ({tool, input});
const shell = (command: string, more: object = {}) => call('shell', {command, ...more});
const edit = call('edit', {path: 'a.txt', old: 'alpha', new: 'beta'});

/** What was under way when the program was stopped has another result, or comes after a new prompt; the script goes on as a model would. */
const orLost = (text: string) => [{matches: `${text}|Outcome unknown|interrupted|Go on`}];

/** One command with an effect that nothing can take back, and one edit. */
export const small: Reference = effect => [
  {calls: [call('read', {path: 'a.txt'}), shell(`${effect}; echo effect-done`), edit]},
  {expect: orLost('effect-done'), text: 'Done.'},
];

/** Reads at the same time, an edit and a new file, a command in the background, a daemon that leaves its group, a flood that streams to the disk. */
export const whole: Reference = effect => [
  {text: 'I look.', calls: [call('read', {path: 'a.txt'}), call('read', {path: 'b.txt'}), call('grep', {pattern: 'alpha'})]},
  {
    expect: orLost('alpha one'),
    calls: [shell(`${effect}; echo effect-done`), edit, call('write', {path: 'new/d.txt', content: 'delta\n'})],
  },
  {
    expect: orLost('effect-done'),
    calls: [shell(`${effect}; exec sleep 600`, {background: true}), shell(`${effect}; setsid sleep 600 >/dev/null 2>&1 & sleep 0.02`)],
  },
  {calls: [shell(`${effect}; seq 1 20000`)]},
  {expect: orLost('20000'), text: 'Done.'},
];

/** The small one, whose last reply takes so long that whoever comes second finds the session open. */
export const slow: Reference = effect => small(effect).map((reply, step) => (step === 0 ? reply : {...reply, delay_ms: 1_500}));
