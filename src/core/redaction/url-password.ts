import {bytesOf} from './byte-class.ts';
import type {Looking} from './find-tokens.ts';

/**
 * The password in `scheme://user:password@host`, up to the last `@` before the host ends. A port looks like the beginning of one, so digits
 * after a host are held back until the next byte.
 */
export function findUrlPasswords(looking: Looking): void {
  const {bytes, length} = looking.text;
  for (let at = bytes.indexOf(scheme, 0); at >= 0 && at < length; at = bytes.indexOf(scheme, at + 3)) lookInto(at + 3, looking);
}

const scheme = Buffer.from('://');
const [colon, at] = [0x3a, 0x40];
const longestUser = 128;
const longestPassword = 256;

function lookInto(start: number, {text, from, spans, undecided}: Looking): void {
  const {bytes, length, ended} = text;
  let begin = start;
  while (begin < length && begin - start <= longestUser && bytes[begin] !== colon && endsHost[bytes[begin]!] === 0) begin++;
  if (begin >= length || bytes[begin] !== colon) return;
  begin++;
  if (begin < from) return;
  const limit = Math.min(length, begin + longestPassword);
  let [end, last] = [begin, -1];
  for (; end < limit && endsHost[bytes[end]!] === 0; end++) if (bytes[end] === at) last = end;
  if (end === length && !ended) return void undecided.push(begin);
  const password = last < 0 ? '' : bytes.toString('latin1', begin, last);
  if (isReal(password, bytes.toString('latin1', start, begin - 1))) spans.push({start: begin, end: last, kind: 'url-password'});
}

const endsHost = bytesOf(' \t\r\n\0/?#"\'`<>\\|,;()\x1b');

/** What a manual or a template has in the place of a password is none. */
function isReal(password: string, user: string): boolean {
  if (password.length < 4 || password.toLowerCase() === user.toLowerCase()) return false;
  if (password.includes('redacted:') || /[${}*%]{2}|^[$%{[]|^:|\.\.\./.test(password) || new Set(password).size < 3) return false;
  return !/^(?:(?:my|your|the|db|user)?[-_]?(?:pass|password|passwd|secret|token|pwd)|postgres|mysql|root|admin|guest|test|example|changeme|redis|rabbitmq|minio|mongo)$/i.test(
    password,
  );
}
