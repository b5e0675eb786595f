import {eraseEvent} from '../../core/erasure/erase-event.ts';
import {eraseText} from '../../core/erasure/erase.ts';
import type {RedactPorts} from './redact-ports.ts';
import type {Erasing} from './erased-records.ts';

/** What was granted for always may hold the value. Answers in how many places; with `write` they are taken out. */
export async function eraseHome(
  {leaked, write}: Erasing,
  {catalogue, rewriting}: Pick<RedactPorts, 'catalogue' | 'rewriting'>,
): Promise<number> {
  return catalogue.holdingHome(async () => {
    let places = 0;
    const records = (await Array.fromAsync(catalogue.home())).map(({at, event}) => {
      const erased = eraseEvent(event, text => eraseText(text, leaked), new Map());
      places += erased.count;
      return {at, event: erased.event};
    });
    if (write && places > 0) rewriting.begin('home', records, []).swap();
    return places;
  });
}
