import type {PlanDelta} from '../../core/vocabulary/plan.ts';

/** What in two plans of one request differs, in sentences; empty where nothing does. */
export function planDifferences(recorded: PlanDelta, again: PlanDelta): readonly string[] {
  return [
    ...(['assembler', 'budget', 'tokens', 'through'] as const)
      .filter(field => recorded[field] !== again[field])
      .map(field => `its plan says ${field} ${recorded[field]}, and planned again ${field} is ${again[field]}`),
    ...listed('adds', recorded.added.map(added), again.added.map(added)),
    ...listed('masks', recorded.masked.map(masked), again.masked.map(masked)),
    ...listed('removes', recorded.removed.map(removed), again.removed.map(removed)),
    ...ordered(recorded, again),
  ];
}

const added = ({layer, ref, as, tokens}: PlanDelta['added'][number]): string =>
  `${'seq' in ref ? `record ${ref.seq}` : `blob ${ref.blob}`} ${as} in ${layer} (${tokens} tokens)`;
const masked = ({seq, tokens, why}: PlanDelta['masked'][number]): string => `record ${seq} (${tokens} tokens, ${why})`;
const removed = ({seq, why}: PlanDelta['removed'][number]): string => `record ${seq} (${why})`;

function listed(verb: string, recorded: readonly string[], again: readonly string[]): readonly string[] {
  const [was, is] = [new Set(recorded), new Set(again)];
  return [
    ...some(
      `its plan ${verb}`,
      recorded.filter(item => !is.has(item)),
      'and planned again it does not',
    ),
    ...some(
      `planned again it ${verb}`,
      again.filter(item => !was.has(item)),
      'and its plan does not',
    ),
  ];
}

function some(what: string, items: readonly string[], but: string): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length > mostShown ? `, and ${items.length - mostShown} more` : '';
  return [`${what} ${items.slice(0, mostShown).join(', ')}${more}, ${but}`];
}

const mostShown = 5;

/** The same items in another order are another request. */
function ordered(recorded: PlanDelta, again: PlanDelta): readonly string[] {
  return (['added', 'masked', 'removed'] as const)
    .filter(list => {
      const [was, is] = [recorded[list].map(item => JSON.stringify(item)), again[list].map(item => JSON.stringify(item))];
      return was.join() !== is.join() && was.toSorted().join() === is.toSorted().join();
    })
    .map(list => `what its plan has ${list} stands in another order when it is planned again`);
}
