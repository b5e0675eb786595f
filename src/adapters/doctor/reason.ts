/** Why something could not be done, on one line. */
export const reason = (error: unknown): string =>
  error instanceof Error ? (error.message.trim().split('\n')[0] ?? error.name) : String(error);
