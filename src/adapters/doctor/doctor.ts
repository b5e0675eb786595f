import type {Catalogue} from '../../ports/catalogue.ts';
import type {Check, Doctor} from '../../ports/doctor.ts';
import type {SessionIndex} from '../../ports/session-index.ts';
import {clockCheck} from './clock.ts';
import {diskChecks, homeChecks} from './home.ts';
import {indexCheck} from './session-index.ts';
import {databaseCheck, tokensCheck} from './packages.ts';
import {gitCheck, nodeCheck, ripgrepCheck, shellCheck} from './programs.ts';
import {reason} from './reason.ts';
import {secretsCheck} from './secrets.ts';
import {sessionChecks} from './sessions.ts';

export type DoctorOptions = {
  /** Absolute AGENT_HOME; it need not be there yet. */
  home: string;
  env: Readonly<Record<string, string | undefined>>;
  /** In bytes: below it no output is stored. */
  minFree: number;
  /** Whether secrets are masked. */
  redaction: boolean;
  catalogue: () => Promise<Catalogue>;
  index: () => Promise<SessionIndex>;
  /** Tells a process from a later one with the same pid; null where there is none. */
  startTimeOf: (pid: number) => string | null;
};

/** Looks at everything the program relies on, all at once, and changes nothing. */
export function doctor(options: DoctorOptions): Doctor {
  const looks: [string, () => Check[] | Promise<Check[]>][] = [
    ['node', () => [nodeCheck(process.version)]],
    ['git', async () => [await gitCheck(options.env)]],
    ['shell', async () => [await shellCheck()]],
    ['ripgrep', async () => [await ripgrepCheck()]],
    ['database', async () => [await databaseCheck()]],
    ['tokens', async () => [await tokensCheck()]],
    ['home', () => homeChecks(options.home)],
    ['disk', () => diskChecks(options.home, options.minFree)],
    ['secrets', async () => [await secretsCheck(options.home, options.redaction)]],
    ['sessions', async () => sessionChecks(await options.catalogue(), options)],
    ['index', async () => [await indexCheck(options.index)]],
    ['clock', async () => [await clockCheck(options.catalogue, Date.now())]],
  ];
  return async () => (await Promise.all(looks.map(([name, look]) => looked(name, look)))).flat();
}

async function looked(name: string, look: () => Check[] | Promise<Check[]>): Promise<Check[]> {
  try {
    return await look();
  } catch (error) {
    return [{name, state: 'failed', found: `could not be checked: ${reason(error)}`, mend: null}];
  }
}
