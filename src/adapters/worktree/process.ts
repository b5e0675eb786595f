/** When the process with this pid began; null where there is none. It tells a process from a later one, and from a zombie. */
export type StartTimeOf = (pid: number) => string | null;

export const byItsPid: StartTimeOf = pid => (isAlive(pid) ? 'unknown' : null);

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
