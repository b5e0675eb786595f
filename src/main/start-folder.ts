/** The folder that the program was started in; null where it is gone, which the system tells only to who asks for its name. */
export function startFolder(): string | null {
  try {
    return process.cwd();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
