import {setTimeout as delay} from 'node:timers/promises';

/**
 * Stops the process, and whatever started it in the same group, until the shell brings it back. The wait is over only then; where nothing can
 * bring it back the signal does nothing, and it goes on at once.
 */
export async function stopProcess(): Promise<void> {
  process.kill(0, 'SIGTSTP');
  await delay(50);
}
