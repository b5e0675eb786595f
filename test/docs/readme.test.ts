import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {execa} from 'execa';
import {describe, expect, inject, test} from 'vitest';
import {journey} from '../support/journey.ts';
import {fenced, read} from './pages.ts';

const examples = fenced(read('README.md'), 'sh').map(line => line.replace(/\s+#.*$/, ''));

describe('the shell examples of the README', () => {
  test('set up and show the program with scripts that npm has', () => {
    const {scripts} = JSON.parse(read('package.json')) as {scripts: Record<string, string>};
    expect(examples.filter(line => line.startsWith('npm'))).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
    expect(scripts).toMatchObject({demo: 'node bin/agent.js demo', test: 'vitest run'});
  });

  test('that use the program run one after the other as they stand, with a model that writes a file and then talks', async () => {
    const at = journey({'ci.log': 'exit 1\n', 'readme.md': 'A project\n'});
    const model = at.script([{calls: [{tool: 'write', input: {path: 'mended.txt', content: 'mended\n'}}]}, {text: 'Done.'}], {
      repeat_last: true,
    });
    at.configure(`model = "${model}"\nmode = "accept-edits"\n`);
    const bin = join(at.root, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'agent'), `#!/bin/sh\nexec '${process.execPath}' '${inject('program')}' "$@"\n`, {mode: 0o755});
    const env = {...at.env, PATH: `${bin}:${at.env['PATH'] ?? ''}`};

    const lines = examples.filter(line => line.startsWith('agent'));
    expect(lines.length).toBeGreaterThan(6);
    const ended: Record<string, number | undefined> = {};
    for (const line of lines) {
      const {exitCode, stderr} = await execa('bash', ['-c', line], {cwd: at.repo, env, extendEnv: false, stdin: 'ignore', reject: false});
      ended[line] = exitCode;
      expect(stderr, line).not.toMatch(/not expected|unknown|Usage:/);
    }
    // These two open a screen, and without a terminal there is nobody to type a prompt.
    expect(ended).toEqual({...Object.fromEntries(lines.map(line => [line, 0])), agent: 2, 'agent resume --last': 2});
  });
});
