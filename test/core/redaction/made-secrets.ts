import {createHash} from 'node:crypto';

/** Tokens of every kind, put together at run time: none stands in a file for a scanner to find, and none was ever alive. */
export function madeSecrets(seed = 'a'): Record<string, string> {
  const of = (alphabet: string, length: number, name: string): string => draw(alphabet, length, `${seed}/${name}`);
  const mixed = (length: number, name: string): string => `aB3${of(letters + digits, length - 3, name)}`;
  const url = (length: number, name: string): string => `aB3${of(`${letters}${digits}_-`, length - 4, name)}z`;
  const low = (length: number, name: string): string => of('0123456789abcdef', length, name);
  return {
    'github-token': `${part('gh')}p_${mixed(36, 'ghp')}`,
    'github-token fine': `${part('github')}_pat_${mixed(22, 'pat')}_${mixed(59, 'pat2')}`,
    'gitlab-token': `${part('gl')}pat-${url(20, 'glpat')}`,
    'slack-token': `${part('xo')}xb-${of(digits, 12, 's1')}-${of(digits, 12, 's2')}-${mixed(24, 's3')}`,
    'stripe-key': `${part('sk')}_live_${mixed(24, 'stripe')}`,
    'api-key': `${part('sk')}-proj-${url(60, 'openai')}`,
    'api-key old': `${part('sk')}-${mixed(48, 'openai2')}`,
    'anthropic-key': `${part('sk')}-ant-api03-${url(90, 'ant')}`,
    'aws-key-id': `${part('AK')}IA${of('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16, 'akia')}`,
    'google-key': `${part('AI')}za${url(35, 'aiza')}`,
    'npm-token': `${part('np')}m_${mixed(36, 'npm')}`,
    'pypi-token': `${part('py')}pi-AgEIcHlwaS5vcmc${url(90, 'pypi')}`,
    'huggingface-token': `${part('h')}f_${mixed(34, 'hf')}`,
    'sendgrid-key': `${part('S')}G.${url(22, 'sg1')}.${url(43, 'sg2')}`,
    'twilio-key': `${part('S')}K${low(32, 'twilio')}`,
    'discord-token': `${Buffer.from(`1${of(digits, 17, 'dis')}`).toString('base64url')}.${url(6, 'dis2')}.${url(38, 'dis3')}`,
    jwt: `${part('ey')}J${Buffer.from('"alg":"HS256"}').toString('base64url')}.${part('ey')}J${url(40, 'jwt')}.${url(43, 'jwt2')}`,
    'vault-token': `${part('hv')}s.${url(30, 'hvs')}`,
    'digitalocean-token': `${part('dop')}_v1_${low(64, 'dop')}`,
  };
}

/** A private key's text: real ones are random letters in lines of 64. */
export function madePrivateKey(lines = 6, seed = 'k', newline = '\n'): string {
  const body = Array.from({length: lines}, (_, index) => `Ab1${draw(`${letters}${digits}+/`, 61, `${seed}/${index}`)}`);
  const mark = (word: string): string => `-----${word} ${part('PRIVATE')} KEY-----`;
  return [mark('BEGIN'), ...body, 'aB3dE5==', mark('END'), ''].join(newline);
}

export const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';

export function draw(alphabet: string, length: number, seed: string): string {
  let text = '';
  for (let round = 0; text.length < length; round++)
    for (const byte of createHash('sha256').update(`${seed}/${round}`).digest()) text += alphabet[byte % alphabet.length];
  return text.slice(0, length);
}

/** Of a word that a scanner would take for a leak if it stood here in one piece. */
export function part(text: string): string {
  return text;
}
