import type {Span} from './span.ts';

/**
 * What was looked at as a whole, and masked or refused up to its end: whatever begins later and ends there is masked already, or has even less of
 * what it was refused for.
 */
export type Judged<T extends object> = {
  before: (by: T, stretch: Pick<Span, 'start' | 'end'>) => boolean;
  remember: (by: T, stretch: Pick<Span, 'start' | 'end'>) => void;
};

export function createJudged<T extends object>(): Judged<T> {
  const last = new Map<T, Pick<Span, 'start' | 'end'>>();
  return {
    before(by, {start, end}) {
      const seen = last.get(by);
      return seen !== undefined && seen.start <= start && seen.end === end;
    },
    remember: (by, stretch) => void last.set(by, stretch),
  };
}
