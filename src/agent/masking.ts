import {join} from 'node:path';
import {createRedactor, redactText, type Redactor} from '../core/redaction/redactor.ts';
import type {Changes} from '../core/projections/changes.ts';
import type {Failure} from '../core/vocabulary/block.ts';
import type {SessionEvent} from '../core/vocabulary/event.ts';
import type {ProcessGroup} from '../core/vocabulary/outcome.ts';
import type {KnownSecret, Secrets} from '../ports/secrets.ts';
import type {Ports} from './ports.ts';

/** Where the secrets of a session are looked for: `secrets` is null where the user turned masking off. */
export type Around = {ports: Pick<Ports, 'secrets'>; state: () => {changes: Pick<Changes, 'repo' | 'place'>}};

/** For one tool's output. A `.env` file that is written while it runs counts for what it prints afterwards. */
export function redactorIn(around: Around): Redactor | null {
  const {secrets} = around.ports;
  if (secrets === null) return null;
  const redactor = createRedactor({key: secrets.key, known: knownIn(around, secrets)});
  let unlooked = 0;
  return {
    ...redactor,
    get count() {
      return redactor.count;
    },
    push(bytes, stream) {
      unlooked += bytes.length;
      if (unlooked < lookEvery || unlooked === bytes.length) redactor.know(knownIn(around, secrets));
      if (unlooked >= 2 * lookEvery) unlooked = 0;
      return redactor.push(bytes, stream);
    },
  };
}

/** Bytes after which a flood is worth another look at the files; before that every piece is. */
const lookEvery = 1_024 * 1_024;

export function maskedText(text: string, around: Around): {text: string; count: number} {
  const {secrets} = around.ports;
  return secrets === null ? {text, count: 0} : redactText(text, {key: secrets.key, known: knownIn(around, secrets)});
}

/** What a tool or a provider said went wrong: it may cite what it was given. */
export function maskedFailure(failure: Failure, around: Around): Failure {
  const {message, hint} = failure;
  const masked = {...failure, message: maskedText(message, around).text};
  return hint === undefined ? masked : {...masked, hint: maskedText(hint, around).text};
}

/** A running program may show a secret in its arguments. */
export function maskedGroup(group: ProcessGroup, around: Around): ProcessGroup {
  return {...group, command: maskedText(group.command, around).text};
}

/** Tells the user that what they gave was masked, and what to do where the secret itself is needed. */
export function maskingTold(count: number, where: string): SessionEvent[] {
  if (count === 0) return [];
  const what = count === 1 ? '1 secret' : `${count} secrets`;
  const why = `${what} in ${where} ${count === 1 ? 'was' : 'were'} masked: neither the model nor the log has ${count === 1 ? 'it' : 'them'}. A command that needs one gets it by its variable: agent config set shell.environment '["NAME"]'. See docs/secrets.md.`;
  return [{type: 'degraded', what: 'secrets', why}];
}

function knownIn({state}: Around, secrets: Secrets): readonly KnownSecret[] {
  const {repo, place} = state().changes;
  return secrets.known(foldersOf(repo, place));
}

/** The user's checkout and the worktree, each at its root and where the work is. */
function foldersOf(repo: string | null, place: Changes['place']): readonly string[] {
  const roots = [...(repo === null ? [] : [repo]), ...(place === null ? [] : [place.root])];
  return roots.flatMap(root => (place === null || place.cwd === '' ? [root] : [root, join(root, place.cwd)]));
}
