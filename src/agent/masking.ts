import {join, resolve} from 'node:path';
import {dotenvFolders} from '../core/redaction/dotenv-names.ts';
import {createRedactor, redactText, type Redactor} from '../core/redaction/redactor.ts';
import type {Changes} from '../core/projections/changes.ts';
import type {Failure} from '../core/vocabulary/block.ts';
import type {SessionEvent} from '../core/vocabulary/event.ts';
import type {ProcessGroup} from '../core/vocabulary/outcome.ts';
import type {Clock} from '../ports/clock.ts';
import type {KnownSecret, Secrets} from '../ports/secrets.ts';
import type {Ports} from './ports.ts';

/** Where the secrets of a session are looked for: `secrets` is null where the user turned masking off. */
export type Around = {ports: Pick<Ports, 'secrets'>; state: () => {changes: Pick<Changes, 'repo' | 'place'>}};

/** For what a call prints; `input` is its arguments, whose `.env` files count too. One that is written while it runs counts for what it prints afterwards. */
export function redactorIn(around: Around & {ports: Pick<Ports, 'clock'>}, input: unknown = null): Redactor | null {
  const {secrets, clock} = around.ports;
  if (secrets === null) return null;
  const named = dotenvFolders(input);
  const known = (): readonly KnownSecret[] => knownIn(around, secrets, named);
  const redactor = createRedactor({key: secrets.key, known: known()});
  const mayLook = looks(clock);
  return {
    ...redactor,
    get count() {
      return redactor.count;
    },
    push(bytes, stream) {
      if (mayLook(bytes.length)) redactor.know(known());
      return redactor.push(bytes, stream);
    },
  };
}

/** Few pieces are each worth a look at the files; of a flood only some in every stretch of time, and one in every mebibyte. */
function looks(clock: Clock): (bytes: number) => boolean {
  let [began, count, unlooked] = [-Infinity, 0, 0];
  return bytes => {
    const now = clock.elapsed();
    unlooked += bytes;
    if (now - began >= stretchOfTime) [began, count] = [now, 0];
    if (count >= looksInIt && unlooked < lookEvery) return false;
    count++;
    unlooked = 0;
    return true;
  };
}

const stretchOfTime = 50;
const looksInIt = 8;
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

function knownIn({state}: Around, secrets: Secrets, named: readonly string[] = []): readonly KnownSecret[] {
  const {repo, place} = state().changes;
  const base = place === null ? repo : join(place.root, place.cwd);
  const further = base === null ? [] : named.map(folder => resolve(base, folder));
  return secrets.known([...foldersOf(repo, place), ...further]);
}

/** The user's checkout and the worktree, each at its root and where the work is. */
function foldersOf(repo: string | null, place: Changes['place']): readonly string[] {
  const roots = [...(repo === null ? [] : [repo]), ...(place === null ? [] : [place.root])];
  return roots.flatMap(root => (place === null || place.cwd === '' ? [root] : [root, join(root, place.cwd)]));
}
