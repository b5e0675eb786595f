import type {SessionSettings} from '../../core/vocabulary/settings.ts';

/**
 * The settings of a recorded run, as they are when it is played again: nobody is asked, and what ended the run then ends it now, so that no limit and no pause of its own may do so
 * elsewhere.
 */
export const settingsAgain =
  (model: string) =>
  (recorded: SessionSettings): SessionSettings => ({
    ...recorded,
    model,
    headless: true,
    limits: {steps: null, tokens: null, usd: null, ms: null},
    storms: {notice: 0, pause: 0, exempt: []},
  });
