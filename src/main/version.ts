declare const AGENT_VERSION: string | undefined;

/** Set by the bundler from package.json. */
export const version = typeof AGENT_VERSION === 'string' ? AGENT_VERSION : '0.0.0-source';
