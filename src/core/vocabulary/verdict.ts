/** Fail closed: no rule, a throwing rule or an unknown tool is `deny`, never `allow`. */
export type Verdict =
  | {kind: 'allow'; rule: string}
  /** `grant`: the narrowest rule worth remembering, where one is: what "don't ask again" stands for. */
  | {kind: 'ask'; rule: string; risk: Risk; grant?: Rule}
  /** `needs_approval`: nobody was there to ask; a headless run ends with exit code 4. */
  | {kind: 'deny'; reason: string; needs_approval: boolean};

/** What a call may do to the world, the worst of it. */
export type Risk = 'reads' | 'writes-worktree' | 'runs-command' | 'writes-outside' | 'writes-shared-git' | 'network' | 'destroys';

export type Mode = 'plan' | 'ask' | 'accept-edits' | 'full';

/**
 * `tool` is a tool's name or `*`; `pattern`, where given, is matched against the call's subject (the simple commands of `shell`, the path of
 * file tools) with `*` for any run of characters, `\*` for an asterisk, and a ` *` at the end for any arguments or none. The strictest rule
 * that matches decides: deny, then ask, then allow.
 */
export type Rule = {effect: 'allow' | 'ask' | 'deny'; tool: string; pattern?: string};
