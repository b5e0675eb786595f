import {describe, expect, test} from 'vitest';
import {variablesIn} from '../../../src/core/redaction/dotenv.ts';
import {secretsAmong} from '../../../src/core/redaction/known-secrets.ts';
import {secretName} from '../../../src/core/redaction/secret-name.ts';
import {draw, letters} from './made-secrets.ts';

const random = draw(`${letters}0123456789`, 24, 'random');
const hexadecimal = draw('0123456789abcdef', 32, 'hex');
const base64 = `${draw(letters, 9, 'one')}7/K${draw(`${letters}0123456789`, 10, 'two')}/b${draw(`${letters}0123456789`, 15, 'three')}`;
const found = (origin: 'env' | 'dotenv', name: string, value: string): readonly string[] =>
  secretsAmong([{name, value}], origin).map(known => known.value);

describe('what is masked', () => {
  const cases: readonly [string, string, string?][] = [
    ['API_TOKEN', random],
    ['SESSION_SECRET', hexadecimal],
    ['AWS_SECRET_ACCESS_KEY', base64],
    ['DB_PASSWORD', 'hunter2!secure'],
    ['dbPassword2', 'Sommer2024!'],
    ['JWT_SECRET', 'correct-horse-battery-staple'],
    ['KEY_PASSPHRASE', 'the quick brown fox jumps'],
    ['DATABASE_URL', `postgres://app:${random}@db.internal:5432/app`, random],
    ['REDIS_URL', 'redis://:Tr0ub4dor3x@cache:6379/0', 'Tr0ub4dor3x'],
    ['DB_PASSWORD', 'Sup3rS3cret@2024'],
    ['API_TOKEN', 'x7Gk29sQpL.mNbVcXz'],
    ['SECRET_KEY', '$ecretPassw0rd1'],
    ['ADMIN_PASSWORD', 'myS3cretPassw0rd:99'],
    ['DB_PASSWORD', 'v1.2x9kQz7Lm3Np8Rt5'],
    ['SESSION_SECRET', '<Xk29Lm3NpQ8Rt5Vw>'],
    ['DB_PASSWORD', '12345678901234567890'],
    ['DATABASE_URL', 'postgres://app:hunter2!secure@db.internal/app', 'hunter2!secure'],
    ['DATABASE_URL', 'postgres://app:Sup3r@S3cret!@db.internal/app', 'Sup3r@S3cret!'],
    ['DATABASE_URL', 'postgres://app:Sup3r/S3cret!@db.internal:5432/app', 'Sup3r/S3cret!'],
    ['PROXY', 'http://me@example.com:Sup3rS3cret!@proxy:3128', 'Sup3rS3cret!'],
    ['SENTRY_DSN', `https://${hexadecimal}@errors.example.com/67890`, hexadecimal],
    ['WEBHOOK_URL', `https://hooks.example.com/team/${random}`, random],
  ];
  for (const [name, value, secret = value] of cases)
    test(name, () => {
      expect(found('env', name, value)).toEqual([secret]);
      expect(found('dotenv', name, value)).toEqual([secret]);
    });

  test("a URL's password as it stands there, and decoded", () => {
    const forms = ['p%40ssW0rd!23', 'p@ssW0rd!23'];
    expect(found('dotenv', 'DATABASE_URL', `postgres://app:${forms[0]}@db/app`)).toEqual(forms);
  });

  test('in a .env file also what only looks random', () => {
    expect(found('dotenv', 'WHATEVER', random)).toEqual([random]);
    expect(found('env', 'WHATEVER', random)).toEqual([]);
  });
});

describe('what is not masked', () => {
  const plain = [
    ['NODE_ENV', 'development'],
    ['HOST', 'localhost:3000'],
    ['DEBUG', 'true'],
    ['PASSWORD', 'secret'],
    ['PASSWORD', 'changeme123'],
    ['POSTGRES_PASSWORD', 'postgres123'],
    ['TOKEN', 'xxxxxxxxxxxxxxxx'],
    ['TOKEN', 'abcdefghijklmnop'],
    ['TOKEN', '1234567890'],
    ['API_KEY', '<your api key>'],
    ['API_KEY', '${REAL_API_KEY}'],
    ['API_KEY', '$REAL_API_KEY'],
    ['API_KEY', '{{ real.key }}'],
    ['API_TOKEN', '<your-api-token>'],
    ['HOST_KEY', '192.168.100.200:8080'],
    ['ROTATED_KEY', '2026-11-20T10:11:12.345Z'],
    ['IMAGE_KEY', `sha256:${draw('0123456789abcdef', 64, 'digest')}`],
    ['REGISTRY_URL', 'https://registry.example.com:8080/@scope/package-name'],
    ['TLS_KEY', '/etc/ssl/private/server.key'],
    ['TLS_KEY_FILE', `/run/secrets/${hexadecimal}`],
    ['SSH_AUTH_SOCK', '/tmp/ssh-XXXXXXabcdef/agent.1234'],
    ['KEY_ALGORITHM', 'rsa-sha256-pss'],
    ['AUTH_METHOD', 'oauth2_client_credentials'],
    ['TOKEN_ISSUER', 'https://login.example.com/tenant'],
    ['DATABASE_URL', 'postgres://postgres:postgres@localhost:5432/app'],
    ['API_URL', 'https://api.example.com/v1/users'],
    ['APP_NAME', 'My Application Name'],
    ['DATA_DIR', './var/app-data_2/files'],
    ['REGION', 'us-east-1a-prod'],
    ['GIT_SHA', draw('0123456789abcdef', 40, 'sha')],
    ['IMAGE', `registry.example.com/team/app@sha256:${draw('0123456789abcdef', 64, 'digest')}`],
    ['PROJECT', '3f2504e0-4f89-11d3-9a0c-0305e82c3301'],
    ['MODEL', 'large-3-5-model-20241022'],
    ['LOCALE', 'en_US.UTF-8'],
    ['CRON', '0 */5 * * * 1-5'],
    ['ZONE', 'America/New_York'],
    ['VERSION', 'v1.24.3-beta.2+build5'],
    ['EMAIL', 'someone@example.com'],
    ['CHARSET', 'utf8mb4_unicode_520_ci'],
    ['PWD', '/home/someone/projects/thing'],
    ['GIT_AUTHOR_NAME', 'Some Body Else'],
  ] as const;
  for (const [name, value] of plain)
    test(`${name}=${value}`, () => expect([...found('env', name, value), ...found('dotenv', name, value)]).toEqual([]));
});

test('names are read by their words', () => {
  const of = (names: string, sounds: string) => names.split(' ').forEach(name => expect([name, secretName(name)]).toEqual([name, sounds]));
  of('GITHUB_TOKEN npm_token OPENAI_API_KEY apiKey PGPASSWORD MYSQL_PWD DB-PASS client.secret STRIPEAPIKEY', 'secret');
  of('AUTH_URL DATABASE_URL SENTRY_DSN TOKENIZERS_PARALLELISM', 'related');
  of('PWD OLDPWD SSH_AUTH_SOCK KEYBOARD_LAYOUT AUTHOR MONKEY COMPASS_HOME KEY_FILE TOKEN_TTL SESSION_ID', 'neither');
});

test('a .env file is read as the usual libraries do', () => {
  const text = [
    '# A comment',
    'PLAIN=one # and why',
    'export EXPORTED = two',
    `SINGLE='thr$ee # no comment'`,
    'DOUBLE="a\\nb \\"c\\""',
    'MANY="first',
    'second"',
    'EMPTY=',
    'yaml: style',
    'not a variable',
    'CR=four\r',
  ].join('\n');
  expect(variablesIn(text).map(({name, value}) => `${name}=${value}`)).toEqual([
    'PLAIN=one',
    'EXPORTED=two',
    'SINGLE=thr$ee # no comment',
    'DOUBLE=a\nb "c"',
    'MANY=first\nsecond',
    'yaml=style',
    'CR=four',
  ]);
});

test('what is long costs no more than its length', () => {
  const long = [
    'a'.repeat(16_000),
    'ab-'.repeat(5_000),
    'a/'.repeat(8_000),
    'a.'.repeat(8_000),
    '1.'.repeat(8_000),
    'abcdefgh'.repeat(2_000),
  ];
  for (const text of long) for (const end of ['', '!', ' ', '@', ':']) found('dotenv', 'A_PASSWORD', `${text}${end}`);
  expect(found('dotenv', 'A_PASSWORD', `${letters.slice(26)}!`)).toEqual([]);
  expect(variablesIn(`A=x${' '.repeat(200_000)}y`)).toHaveLength(1);
});
