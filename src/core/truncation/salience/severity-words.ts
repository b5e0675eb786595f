/**
 * What a word says of the line that it stands in. The words are those that programs of any kind use when they speak of trouble, in English and a few other
 * languages; no word names a tool. Which of them matter in one stream is for rarity to say (`salience.ts`).
 */
export const WordClass = {
  none: 0,
  /** Something failed. */
  failure: 1,
  /** Something is not as it must be: says why, and is often harmless by itself. */
  trouble: 2,
  /** What was wanted and what came. */
  difference: 3,
  warning: 4,
  /** It went well. */
  success: 5,
  /** Turns the next word round. */
  negation: 6,
  /** How a process ended; the number after it decides. */
  ending: 7,
  /** Leads from an effect to its cause, or through a stack. */
  cause: 8,
  /** Part of a path into something that is not the project's own. */
  dependency: 9,
  /** The number after it is that of a line. */
  place: 10,
  /** Routine, unless another word says otherwise. */
  quiet: 11,
} as const;
export type WordClass = (typeof WordClass)[keyof typeof WordClass];

/** By class, separated by spaces and line ends. */
export const words: Readonly<Record<Exclude<keyof typeof WordClass, 'none'>, string>> = {
  failure: `error errors err fail fails failed failing failure failures fatal panic panicked panics exception exceptions traceback
    assertion assert abort aborted aborting segfault segmentation sigsegv sigabrt sigkill sigbus sigill sigfpe crash crashed crashes critical severe
    emerg emergency killed deadlock corrupt corrupted corruption fault uncaught unhandled unrecoverable unsatisfied errored defect
    fehler fehlgeschlagen erreur erreurs échec Échec échoué Échoué errore errori erro erros falha falhou fallo falló fout ошибка Ошибка ошибки Ошибки ошибок сбой Сбой エラ 失敗 错误 失败 錯誤 오류 실패 chyba błąd hiba
    ✗ ✘ ✖ ✕ × ❌ ⨯ 💥`,
  trouble: `cannot cant couldn unable missing invalid denied refused rejected timeout timeouts timed mismatch mismatched mismatches unexpected unknown
    unsupported undefined undeclared unresolved unrecognized unrecognised unmatched unterminated unbound unreachable conflict conflicts conflicting incompatible illegal violation violated violates wrong
    broken leak leaked leaks overflow underflow forbidden unauthorized exceeded exceeds lost dropped dumped nonexistent inconsistent
    insufficient exhausted outdated ambiguous duplicate duplicated redefinition multiply incorrect bad disallowed prohibited unavailable
    disconnected reset race stale truncated malformed uninitialized uninitialised unimplemented freed
    impossible cyclic circular blocked rollback rolled terminated interrupted unexpectedly doesn didn isn wasn won hasn haven
    nicht kein keine ungültig introuvable absent inattendu manquant manquante attendu inconnu inconnue ungültige unbekannt erwartet fehlt fehlend`,
  difference: `expected actual actually got received instead wanted want differ differs difference but given found exp act should expecting expects needed required requires`,
  warning: `warning warnings warn deprecated deprecation caution warnung avertissement attention 警告`,
  success: `ok okay pass passed passes passing success successful successfully succeeded done ✓ ✔ √ ✅`,
  quiet: `info debug trace verbose notice skipped skip cached complete completed finished`,
  negation: `not no without never zero`,
  ending: `exit exited exits code status returned returncode signal exitcode rc`,
  place: `line ligne zeile`,
  dependency: `modules packages internal reflect gems vendor registry usr stdlib`,
  cause: `caused because reason cause due raised thrown throws during originated hint help note`,
};

/** Same for the letters of a word in lower case; see `line-words.ts`, which hashes as it reads. */
export function wordHash(word: Uint8Array): number {
  let hash = hashSeed;
  for (const byte of word) hash = Math.imul(hash ^ (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte), hashPrime);
  return hash;
}

export const hashSeed = 0x811c9dc5 | 0;
export const hashPrime = 0x01000193;

/** The class of the word with this hash. Two different words with one hash of 32 bits would be taken for each other; none of the above are. */
export function classOf(hash: number): WordClass {
  for (let slot = (hash >>> 7) & mask; ; slot = (slot + 1) & mask) {
    const found = classes[slot]!;
    if (found === 0 || hashes[slot] === hash) return found as WordClass;
  }
}

const mask = 8_191;
const hashes = new Int32Array(mask + 1);
const classes = new Uint8Array(mask + 1);
for (const [name, list] of Object.entries(words)) {
  for (const word of list.split(/\s+/)) {
    const hash = wordHash(Buffer.from(word));
    let slot = (hash >>> 7) & mask;
    while (classes[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & mask;
    hashes[slot] = hash;
    classes[slot] = WordClass[name as keyof typeof WordClass];
  }
}
