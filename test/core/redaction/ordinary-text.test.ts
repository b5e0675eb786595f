import {createHash, randomUUID} from 'node:crypto';
import {globSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {redactText} from '../../../src/core/redaction/redactor.ts';

const root = join(import.meta.dirname, '../../..');
const options = {key: new Uint8Array(32), known: []};
const found = (text: string): readonly string[] =>
  [...redactText(text, options).text.matchAll(/.{0,30}«redacted:[^»]+»/g)].map(([match]) => match);

test('this repository and its lockfile hold nothing that would be masked', () => {
  const files = globSync(['package-lock.json', 'README.md', '{src,docs,bin,fixtures}/**/*'], {cwd: root}).filter(file =>
    statSync(join(root, file)).isFile(),
  );
  const hits = files.filter(file => redactText(readFileSync(join(root, file), 'utf8'), options).count > 0);
  expect(files.length).toBeGreaterThan(300);
  expect(hits).toEqual([]);
});

test('hashes, identifiers, images and versions are no secrets', () => {
  const lines: string[] = [];
  for (let index = 0; index < 400; index++) {
    const of = (name: string) => createHash(name).update(String(index));
    lines.push(
      `commit ${of('sha1').digest('hex')}`,
      `sha256:${of('sha256').digest('hex')}`,
      `"integrity": "sha512-${of('sha512').digest('base64')}"`,
      `h1:${of('sha256').digest('base64')}`,
      `request ${randomUUID()} took ${index} ms at 2026-01-01T00:00:00.${String(index).padStart(3, '0')}Z`,
      `data:image/png;base64,${Buffer.from(Array.from({length: 120}, (_, at) => of('sha512').digest()[(at * 7) % 64]! ^ at)).toString('base64')}`,
      `https://example.com:8080/a/b?c=${of('md5').digest('hex')}#d`,
      `at Object.<anonymous> (/home/someone/app/node_modules/some-package/lib/index.js:${index}:17)`,
      `com.example.service.RequestHandler.handleRequestWithVeryLongName$lambda$${index}`,
      `task-scheduler-with-a-long-name-${index} disk-usage-monitor-daemon risk-${of('md5').digest('hex')}`,
      `npm_config_registry=https://registry.example.com/ npm_package_version=1.2.${index}`,
    );
  }
  expect(found(lines.join('\n'))).toEqual([]);
});
