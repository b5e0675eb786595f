import {isPlain} from './plain-value.ts';
import {isIdentifier, secretName} from './secret-name.ts';
import type {Known} from './secrets.ts';
import {partsOfUrl} from './url-parts.ts';

/** Longer values are files, not secrets; each would have to be held back whole. */
const longest = 16_384;

/**
 * The secrets among variables. Of the process's environment only those whose names sound like one; of a `.env` file all that do not look
 * plain, since such a file is where secrets are kept. Of a URL only its password, whatever the name, and what else in it looks random.
 */
export function secretsAmong(variables: readonly {name: string; value: string}[], origin: 'env' | 'dotenv'): readonly Known[] {
  const found = variables.flatMap(({name, value}) => {
    if (value.length > longest) return [];
    const sounds = secretName(name);
    return partsOf(value, sounds)
      .filter(({sure}) => sure || origin === 'dotenv' || sounds !== 'neither')
      .filter(part => !isPlain(part.value, part.sure) && (part.sure || (!isIdentifier(name) && !uuid.test(part.value))))
      .map(part => ({kind: origin, value: part.value}));
  });
  return [...new Map(found.map(known => [known.value, known])).values()];
}

/** `sure` is what can only be a secret: a value by its name, the password of a URL by its place. */
type Part = {value: string; sure: boolean};

function partsOf(value: string, sounds: ReturnType<typeof secretName>): readonly Part[] {
  const url = partsOfUrl(value);
  const named = sounds === 'secret';
  if (url === null) return [{value, sure: named}];
  const {user, password, rest} = url;
  const least = sounds === 'neither' ? 16 : 0;
  return [
    ...forms(password).map(part => ({value: part, sure: true})),
    ...[...forms(user), ...rest.filter(part => part.length >= least)].map(part => ({value: part, sure: named})),
  ];
}

/** As it stands in the URL, and as the program reads it. */
function forms(text: string): readonly string[] {
  return [...new Set([text, decoded(text)])];
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
