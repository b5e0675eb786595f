import type {SimpleCommand} from '../vocabulary/parsed-command.ts';
import type {Rule} from '../vocabulary/verdict.ts';
import type {GateRequest} from './gate-request.ts';
import {literally} from './pattern.ts';
import {clean} from './paths.ts';
import {readsInside} from './read-only-commands.ts';
import {riskOf, sharedGit} from './risk.ts';
import {covering} from './rules.ts';
import {canonical} from './shell-words.ts';

/** The narrowest rule worth remembering for "don't ask again"; null where a call should be asked about every time. */
export function suggestGrant(request: GateRequest): Rule | null {
  const {tool, parsed, subject} = request;
  if (parsed === null) return tool === 'shell' ? null : fileGrant(request);
  if (!parsed.certain || sharedGit(request).length > 0 || riskOf(request, false) === 'destroys') return null;
  const asking = parsed.commands.filter(command => request.outside === true || !readsInside(command, parsed, request.roots ?? []));
  const [only] = asking;
  const family = asking.length === 1 && only !== undefined ? familyOf(only) : null;
  // A suggestion that would not let this very call through is none.
  return (
    suggestions(family, subject)
      .map((pattern): Rule => ({effect: 'allow', tool, pattern}))
      .find(rule => covering([rule], request) !== null) ?? null
  );
}

function suggestions(family: string | null, subject: string): readonly string[] {
  const exact = subject.trim() === '' ? [] : [literally(subject.trim())];
  return family === null ? exact : [`${literally(family)} *`, ...exact];
}

/** The same path again, not its folder: what else lies there was not asked about. What goes by two names is asked about every time. */
function fileGrant({tool, subject, also = []}: GateRequest): Rule | null {
  const oneName = also.every(name => clean(name) === clean(subject));
  return subject === '' || !oneName ? null : {effect: 'allow', tool, pattern: literally(clean(subject))};
}

/** The words that name what is run, where its arguments only choose what it is run on. */
function familyOf(command: SimpleCommand): string | null {
  const words = command.words;
  const [program, verb, name] = words;
  if (command.sets.length > 0 || typeof program !== 'string') return null;
  const known = typeof verb === 'string' && (FAMILIES[program] ?? []).includes(verb);
  if (ALONE.has(program)) return program;
  if (!known) return null;
  if (verb !== 'run' && verb !== 'exec') return canonical({...command, words: words.slice(0, 2)});
  return typeof name === 'string' && !name.startsWith('-') ? canonical({...command, words: words.slice(0, 3)}) : null;
}

/** Test runners and checkers. */
const ALONE = new Set(['pytest', 'vitest', 'jest', 'mocha', 'tsc', 'eslint', 'oxlint', 'ruff', 'mypy', 'rspec', 'phpunit', 'ctest']);
const PACKAGE_SCRIPTS = ['test', 'run', 't'];
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  npm: PACKAGE_SCRIPTS,
  pnpm: PACKAGE_SCRIPTS,
  yarn: PACKAGE_SCRIPTS,
  bun: PACKAGE_SCRIPTS,
  cargo: ['test', 'build', 'check', 'clippy', 'fmt', 'bench'],
  go: ['test', 'build', 'vet', 'fmt'],
  deno: ['test', 'check', 'lint', 'fmt'],
  dotnet: ['test', 'build'],
  gradle: ['test', 'build', 'check'],
  mvn: ['test', 'verify', 'compile'],
  mix: ['test', 'format'],
  git: ['add', 'commit', 'restore', 'mv', 'apply'],
};
