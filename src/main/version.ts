declare const AGENT_VERSION: string | undefined;

/** Whether this is the bundle in `dist/`, and not the sources. */
export const bundled = typeof AGENT_VERSION === 'string';

/** Set by the bundler from package.json. */
export const version: string = typeof AGENT_VERSION === 'string' ? AGENT_VERSION : '0.0.0-source';

declare const AGENT_FOLDS: string | undefined;

/** Names the folds of this program: what other ones made of a log is not to be trusted. */
export function foldsBuild(): Promise<string> {
  return (named ??=
    typeof AGENT_FOLDS === 'string' ? Promise.resolve(AGENT_FOLDS) : import('./fold-sources.ts').then(({foldSources}) => foldSources()));
}

let named: Promise<string> | null = null;
