/** How a variable's name sounds: `secret` itself (a password, a token), `related` to one, or neither. Names of files and folders are neither. */
export function secretName(name: string): 'secret' | 'related' | 'neither' {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  if (places.has(last) || words.join('_') === 'oldpwd' || words.join('_') === 'pwd') return 'neither';
  if (secrets.has(last) || /(?:token|secret|passw(?:or)?d|passphrase|apikey|accesskey|privatekey)$/.test(last)) return 'secret';
  return words.some(word => related.has(word) || secrets.has(word) || /token|secret|passw|credential|apikey/.test(word))
    ? 'related'
    : 'neither';
}

/** Whether a name says that its value tells one thing from another: such values look random, and are no secrets. */
export function isIdentifier(name: string): boolean {
  return wordsOf(name).some(word => identifiers.has(word));
}

/** `DB_PASSWORD`, `dbPassword` and `db-password` have the same words. */
function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .map(word => word.replace(/(?<=\D)\d+$/, ''))
    .filter(word => word !== '');
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const secrets = set(
  'key keys token tokens secret secrets pass password passwords passwd passphrase pwd pat jwt credential credentials creds cookie pin salt pepper',
);
const related = set('auth authorization authentication private signing encryption dsn session webhook connection database db conn url uri');
const places = set(
  'path file dir directory folder sock socket home host hostname port bin id name user username email region algorithm type method mode enabled ttl expiry version provider issuer audience',
);
const identifiers = set('sha sha1 sha256 md5 commit hash digest checksum revision rev build id uuid guid image tag version public');
