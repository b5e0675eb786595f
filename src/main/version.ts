declare const AGENT_VERSION: string | undefined;

/** Whether this is the bundle in `dist/`, and not the sources. */
export const bundled = typeof AGENT_VERSION === 'string';

/** Set by the bundler from package.json. */
export const version: string = typeof AGENT_VERSION === 'string' ? AGENT_VERSION : '0.0.0-source';
