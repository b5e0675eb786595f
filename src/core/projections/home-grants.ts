import type {Fold} from '../log/fold.ts';
import type {HomeEvent} from '../vocabulary/home-event.ts';
import type {Rule} from '../vocabulary/verdict.ts';

/** What the user granted for always: rules by repository, and the configuration files they trust. */
export type HomeGrants = {rules: ReadonlyMap<string, readonly Rule[]>; trusted: ReadonlyMap<string, string>};

export const homeGrants: Fold<HomeGrants, HomeEvent> = {
  initial: {rules: new Map(), trusted: new Map()},
  apply: (state, {event}) => {
    switch (event.type) {
      case 'rule.granted':
        return {...state, rules: new Map(state.rules).set(event.repo, [...without(state, event), event.rule])};
      case 'rule.revoked':
        return {...state, rules: new Map(state.rules).set(event.repo, without(state, event))};
      case 'config.trusted':
        return {...state, trusted: new Map(state.trusted).set(event.path, event.sha256)};
      case 'config.distrusted':
        return {...state, trusted: new Map([...state.trusted].filter(([path]) => path !== event.path))};
      default:
        return state;
    }
  },
};

function without({rules}: HomeGrants, {repo, rule}: {repo: string; rule: Rule}): readonly Rule[] {
  return (rules.get(repo) ?? []).filter(
    ({effect, tool, pattern}) => effect !== rule.effect || tool !== rule.tool || pattern !== rule.pattern,
  );
}
