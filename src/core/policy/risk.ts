import type {SimpleCommand} from '../vocabulary/parsed-command.ts';
import type {Risk} from '../vocabulary/verdict.ts';
import type {GateRequest} from './gate-request.ts';
import {gitIn, staysInside} from './git-verbs.ts';
import {readOnly} from './read-only-commands.ts';
import {programOf} from './shell-words.ts';

/** The worst that a call may do, for the person who is asked. */
export function riskOf(request: GateRequest, reads: boolean): Risk {
  const {parsed} = request;
  if (parsed === null) return request.risk;
  if (reads) return 'reads';
  if (sharedGit(request).length > 0) return 'writes-shared-git';
  const programs = parsed.commands.map(programOf);
  if (parsed.commands.some(command => DESTROYS.test(programOf(command) ?? '') || deletesAll(command))) return 'destroys';
  if (programs.some(program => NETWORK.has(program ?? ''))) return 'network';
  return request.risk === 'reads' ? 'runs-command' : request.risk;
}

const DESTROYS = /^(dd|mkfs.*|shred|truncate|wipefs|fdisk|parted|diskutil|killall|pkill|reboot|shutdown|halt)$/u;
const NETWORK = new Set(['curl', 'wget', 'ssh', 'scp', 'sftp', 'rsync', 'nc', 'ncat', 'telnet', 'ftp', 'gh']);

function deletesAll({words}: SimpleCommand): boolean {
  return words[0] === 'rm' && words.some(word => word !== null && /^-\w*[rRf]|^--(rec|for)/u.test(word));
}

/**
 * Why a command line may write git state that the user's checkout shares; empty where it does not. Such a command asks in every mode. Where
 * something is not known before it runs, naming git anywhere is enough.
 */
export function sharedGit({parsed, subject}: Pick<GateRequest, 'parsed' | 'subject'>): readonly Cause[] {
  if (parsed === null) return [];
  const away = parsed.commands.some(leavesFolder);
  const causes = parsed.commands.filter(command => !readOnly(command)).flatMap(command => causesOf(command, away));
  if (parsed.certain || !/git/iu.test(subject)) return causes;
  return [...causes, {kind: 'uncertain', why: `it names git, and is not certain${parsed.why === undefined ? '' : `: ${parsed.why}`}`}];
}

/** `verb`: a rule may name it. */
type Cause = {kind: 'verb' | 'place' | 'uncertain'; why: string};

function causesOf(command: SimpleCommand, away: boolean): readonly Cause[] {
  const git = gitIn(command);
  const what = `git ${git?.verb ?? '…'}`;
  if (git?.effect === 'shared') return [{kind: 'verb', why: `${what} may write what your checkout shares`}];
  if (git?.effect === 'worktree' && away) return [{kind: 'place', why: `${what} may run in another checkout`}];
  return namesGitFolder(command) ? [{kind: 'place', why: 'it may write into a .git folder'}] : [];
}

/** Another repository may begin there, the user's own checkout too. */
function leavesFolder({words}: SimpleCommand): boolean {
  if (words[0] !== 'cd' && words[0] !== 'pushd' && words[0] !== 'popd') return false;
  const folder = words.slice(1).find(word => word === null || !word.startsWith('-'));
  return typeof folder !== 'string' || !staysInside(folder);
}

function namesGitFolder({words, texts, writes}: SimpleCommand): boolean {
  const named = [...words.map((word, at) => word ?? texts[at] ?? ''), ...writes.map(target => target ?? '')];
  return named.some(text => !text.startsWith('-') && /(^|[/=])\.git(\/|$)/iu.test(text));
}
