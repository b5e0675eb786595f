import type {Fold} from '../log/fold.ts';
import type {SessionEvent} from '../vocabulary/event.ts';
import type {SessionId} from '../vocabulary/ids.ts';
import type {Mode} from '../vocabulary/verdict.ts';

/** A session in a few words, for lists and for the end of a run. */
export type Card = {
  title: string;
  titled: boolean;
  repo: string | null;
  opened: string;
  newest: string;
  prompts: number;
  steps: number;
  model: string;
  mode: Mode;
  /** The last reply's text. */
  answer: string;
  /** Calls that were refused because nobody was there to ask, in this run. */
  unasked: readonly string[];
  /** Of a fork: the session that it came from, and the step that it goes on after. */
  parent: {session: SessionId; step: number} | null;
};

const initial: Card = {
  title: '',
  titled: false,
  repo: null,
  opened: '',
  newest: '',
  prompts: 0,
  steps: 0,
  model: '',
  mode: 'ask',
  answer: '',
  unasked: [],
  parent: null,
};

export const card: Fold<Card> = {
  initial,
  apply: (state, record) => ({...apply(state, record.event), newest: record.at, opened: state.opened || record.at}),
};

function apply(state: Card, event: SessionEvent): Card {
  switch (event.type) {
    case 'session.opened':
      return {...state, repo: event.repo, model: event.settings.model, mode: event.settings.mode};
    case 'session.forked':
      return {
        ...state,
        repo: event.repo ?? state.repo,
        model: event.settings.model,
        mode: event.settings.mode,
        unasked: [],
        parent: event.from,
      };
    case 'session.resumed':
      return {
        ...state,
        repo: event.moved === undefined ? state.repo : event.moved.repo,
        model: event.settings.model,
        mode: event.settings.mode,
        unasked: [],
      };
    case 'settings.changed':
      return {...state, model: event.settings.model, mode: event.settings.mode};
    case 'session.titled':
      return {...state, title: event.title, titled: true};
    case 'user.prompted':
      return prompted(state, event.text);
    case 'model.replied':
      return {...state, steps: event.step, answer: textOf(event)};
    case 'tool.judged':
      return event.verdict.kind === 'deny' && event.verdict.needs_approval ? {...state, unasked: [...state.unasked, event.call]} : state;
    default:
      return state;
  }
}

const titleLength = 80;

function prompted(state: Card, text: string): Card {
  const title = state.titled || state.prompts > 0 ? state.title : (text.trim().split('\n')[0] ?? '').slice(0, titleLength);
  return {...state, title, prompts: state.prompts + 1, answer: ''};
}

const textOf = ({content}: Extract<SessionEvent, {type: 'model.replied'}>): string =>
  content
    .filter(block => block.type === 'text')
    .map(({text}) => text)
    .join('\n');
