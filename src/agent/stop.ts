/** The program ends here: `code` is the exit code, the message says what happened, where, and what to type next. */
export class Stop extends Error {
  override readonly name = 'Stop';
  readonly code: ExitCode;
  constructor(code: ExitCode, message: string, options?: {cause: unknown}) {
    super(message, options);
    this.code = code;
  }
}

/** 0 done · 1 failed · 2 usage · 3 configuration or credentials · 4 refused by policy · 5 a limit · 6 verification failed · 7 verified in part · 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 130;
