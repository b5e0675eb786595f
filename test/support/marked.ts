import {randomUUID} from 'node:crypto';
import {endSurvivors, survivors} from '../../src/adapters/processes/process-table.ts';

/** Keys for the commands of one test file, so that whatever they leave behind is found and ended, and a test can say that nothing is left. */
export class Marked {
  readonly #keys: string[] = [];

  /** The environment of one command, with a key of its own. */
  env(more: Record<string, string> = {}): Record<string, string> {
    const key = `test-${randomUUID()}`;
    this.#keys.push(key);
    return {PATH: process.env['PATH'] ?? '/usr/bin:/bin', AGENT_IDEMPOTENCY_KEY: key, ...more};
  }

  left(): string[] {
    return survivors([], this.#keys).map(group => group.command);
  }

  async end(): Promise<void> {
    await endSurvivors([], this.#keys, 0);
  }
}
