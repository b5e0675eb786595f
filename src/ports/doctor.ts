/** One thing that the program relies on, looked at without changing it. */
export type Check = {
  name: string;
  /** `failed` is needed and does not work; `warning` works with a loss; `note` is only worth knowing. */
  state: 'ok' | 'note' | 'warning' | 'failed';
  found: string;
  /** What to do about it; null where nothing is to be done. */
  mend: string | null;
};

/** Looks at the machine and at AGENT_HOME. Never rejects: what cannot be looked at is itself a finding. */
export type Doctor = () => Promise<readonly Check[]>;
