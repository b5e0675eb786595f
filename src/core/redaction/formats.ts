import {alphanumeric, base64url, bytesOf, hex, tokenBytes, type ByteClass} from './byte-class.ts';

/**
 * A token that is known by its looks: literal parts, and stretches of one class with the least and most bytes of each. A stretch that is
 * longer than its most is no such token. `holds` looks at the whole token where the shape alone would take ordinary text for one.
 */
export type Format = {
  kind: string;
  parts: readonly Part[];
  holds?: (token: string) => boolean;
  /** What must stand right before it, within the last 16 bytes. */
  after?: RegExp;
};
export type Part = string | {of: ByteClass; least: number; most: number};

/** Longer ones are data, and are not masked: a limit keeps what is held back small. */
const longest = 8_192;

const some = (of: ByteClass, least: number, most = longest): Part => ({of, least, most});
const just = (of: ByteClass, count: number): Part => some(of, count, count);
const token = (kind: string, ...parts: readonly Part[]): Format => ({kind, parts});
const each = (kind: string, prefixes: string, ...rest: readonly Part[]): Format[] =>
  prefixes.split(' ').map(prefix => ({kind, parts: [prefix, ...rest]}));

const word = bytesOf('0-9', 'A-Z', 'a-z', '_');
const hyphened = bytesOf('0-9', 'A-Z', 'a-z', '-');
const base32 = bytesOf('A-Z', '2-7');
const capitals = bytesOf('0-9', 'A-Z');

/** Every token has at least `shortestToken` bytes, all of them `tokenBytes`; the search relies on both. */
export const formats: readonly Format[] = [
  ...each('github-token', 'ghp_ gho_ ghu_ ghs_ ghr_', some(alphanumeric, 36, 255)),
  token('github-token', 'github_pat_', some(word, 50, 255)),
  ...each('gitlab-token', 'glpat- gldt- glrt- glptt- glft- glsoat- glcbt- glimt- glagent- gloas-', some(tokenBytes, 20, 300)),
  ...each('slack-token', 'xoxb- xoxp- xoxa- xoxo- xoxs- xoxr- xoxe- xoxc- xoxd- xapp-', some(hyphened, 16, 400)),
  ...each('stripe-key', 'sk_live_ rk_live_ sk_test_ rk_test_', some(alphanumeric, 16, 255)),
  ...each('webhook-secret', 'whsec_', some(alphanumeric, 24, 255)),
  token('anthropic-key', 'sk-ant-', some(base64url, 20, 300)),
  {...token('api-key', 'sk-', some(base64url, 20, 300)), holds: looksRandom},
  ...each('aws-key-id', 'AKIA ASIA ABIA ACCA', just(base32, 16)),
  token('google-key', 'AIza', just(base64url, 35)),
  token('google-secret', 'GOCSPX-', some(base64url, 24, 40)),
  token('google-token', 'ya29.', some(base64url, 20, 2_000)),
  token('npm-token', 'npm_', just(alphanumeric, 36)),
  token('pypi-token', 'pypi-AgE', some(base64url, 50, 1_000)),
  {...token('huggingface-token', 'hf_', some(alphanumeric, 30, 60)), holds: looksMixed},
  token('sendgrid-key', 'SG.', just(base64url, 22), '.', just(base64url, 43)),
  token('twilio-key', 'SK', just(hex, 32)),
  {...token('telegram-token', 'AA', just(base64url, 33)), after: /(?<![\w])(?:bot)?\d{8,10}:$/},
  ...discordStarts().map(start => ({
    ...token('discord-token', start, some(base64url, 20, 28), '.', just(base64url, 6), '.', some(base64url, 27, 40)),
    holds: isDiscord,
  })),
  token('jwt', 'eyJ', some(base64url, 10), '.eyJ', some(base64url, 10), '.', some(base64url, 16)),
  token('digitalocean-token', 'dop_v1_', just(hex, 64)),
  token('databricks-token', 'dapi', just(hex, 32)),
  ...each('shopify-token', 'shpat_ shpca_ shppa_ shpss_', just(bytesOf('0-9', 'a-f', 'A-F'), 32)),
  ...each('linear-key', 'lin_api_', some(alphanumeric, 32, 64)),
  {...token('notion-token', 'ntn_', some(alphanumeric, 40, 64)), holds: looksMixed},
  token('docker-token', 'dckr_pat_', some(base64url, 20, 64)),
  token('groq-key', 'gsk_', some(alphanumeric, 40, 64)),
  token('xai-key', 'xai-', some(alphanumeric, 60, 100)),
  token('perplexity-key', 'pplx-', some(alphanumeric, 40, 64)),
  token('replicate-token', 'r8_', some(alphanumeric, 34, 44)),
  ...each('vault-token', 'hvs. hvb.', some(base64url, 24, 400)),
  ...each('grafana-token', 'glsa_ glc_', some(word, 32, 400)),
  token('supabase-token', 'sbp_', just(hex, 40)),
  {...token('figma-token', 'figd_', some(base64url, 36, 64)), holds: looksMixed},
  token('sentry-token', 'sntrys_', some(base64url, 40, 400)),
  ...each('newrelic-key', 'NRAK-', just(capitals, 27)),
  ...each('square-token', 'sq0atp- sq0csp-', some(base64url, 22, 64)),
  token('atlassian-token', 'ATATT3', some(base64url, 100, 400)),
  token('postman-key', 'PMAK-', some(hyphened, 50, 80)),
  token('age-key', 'AGE-SECRET-KEY-1', just(capitals, 58)),
];

/** Stands after `Q~`: what is before that is no secret. */
export const azureSecret: Format = {kind: 'azure-secret', parts: [some(tokenBytes, 31, 34)], after: /\w{3}\dQ~$/};

export const shortestToken = 20;

/** Three kinds of characters, or many digits in one long stretch: names of things with hyphens have neither. */
function looksRandom(token: string): boolean {
  return looksMixed(token) || (/[a-z0-9]{24}/i.test(token) && token.replaceAll(/\D/g, '').length >= 4);
}

function looksMixed(token: string): boolean {
  return /[a-z]/.test(token.slice(4)) && /[A-Z]/.test(token) && /\d/.test(token.slice(2));
}

/** The first part of a bot's token is its number, in base64: so it begins with one of these. */
function discordStarts(): readonly string[] {
  return ['M', 'N', 'O'].flatMap(first => ['D', 'T', 'j', 'z'].map(second => first + second));
}

function isDiscord(token: string): boolean {
  return /^\d{17,20}$/.test(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('latin1'));
}
