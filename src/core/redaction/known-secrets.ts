import {isPlain} from './plain-value.ts';
import {isIdentifier, secretName} from './secret-name.ts';
import type {Known} from './secrets.ts';

/** Longer values are files, not secrets; each would have to be held back whole. */
const longest = 16_384;

/**
 * The secrets among variables. Of the process's environment only those whose names sound like one; of a `.env` file all that do not look
 * plain, since such a file is where secrets are kept. Of a URL only its password and what else in it looks random.
 */
export function secretsAmong(variables: readonly {name: string; value: string}[], origin: 'env' | 'dotenv'): readonly Known[] {
  const found = variables.flatMap(({name, value}) => {
    const sounds = secretName(name);
    if (value.length > longest || (origin === 'env' && sounds === 'neither')) return [];
    return partsOf(value, sounds !== 'neither')
      .filter(part => isSecret(part, name, sounds))
      .map(part => ({kind: origin, value: part}));
  });
  return [...new Map(found.map(known => [known.value, known])).values()];
}

function isSecret(value: string, name: string, sounds: ReturnType<typeof secretName>): boolean {
  if (sounds === 'secret') return !isPlain(value, true);
  if (isIdentifier(name) || uuid.test(value)) return false;
  return !isPlain(value, false);
}

/** Of `scheme://user:password@host/path?query` what may be secret; any other value is whole. */
function partsOf(value: string, named: boolean): readonly string[] {
  const url = /^[a-z][a-z\d+.-]*:\/\/(?:([^\s/@]*)@)?([^\s?#]*)([?#]\S*)?$/is.exec(value);
  if (url === null) return [value];
  const [, user = '', path = '', query = ''] = url;
  const password = user.slice(user.indexOf(':') + 1);
  const rest = [...path.split('/').slice(1), ...query.split(/[?&#=]/)].filter(part => named || part.length >= 16);
  return [...new Set([password, decoded(password), ...rest])];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
