import {join} from 'node:path';

declare const AGENT_VERSION: string | undefined;

const bundled = typeof AGENT_VERSION === 'string';

/** Set by the bundler from package.json. */
export const version = bundled ? AGENT_VERSION : '0.0.0-source';

/** What the package brings beside its code. The bundle lies in `dist/`, the sources two folders deep. */
export const fixtures = join(import.meta.dirname, ...(bundled ? ['..'] : ['..', '..']), 'fixtures');
