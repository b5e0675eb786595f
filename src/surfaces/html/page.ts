import {visible} from '../../core/text/visible.ts';
import {ahead} from '../export/ahead.ts';
import {moments} from '../export/moments.ts';
import {outlined, type Outline} from '../export/outline.ts';
import {room} from '../export/portion.ts';
import type {Source} from '../export/source.ts';
import type {Showing} from './card.ts';
import {head, script} from './head.ts';
import {header} from './header.ts';
import {markup} from './markup.ts';
import {momentHtml, type Placed} from './moment.ts';
import {player} from './player.ts';

/**
 * A session as one page that needs nothing else: no network, no other file, and no script to be read. It is made piece by piece, so that a session of any length costs
 * the memory of a few steps.
 */
export async function* htmlPage(outline: Outline, source: Source): AsyncGenerator<string> {
  const showing: Showing = {source, room: room(outline.texts)};
  yield `<!doctype html>\n<html lang="en">\n${head(outline).html}<body>\n`;
  yield header(outline, source.session).html;
  yield player(outline).html;
  yield '<main id="transcript">\n';
  let opened = false;
  for await (const {opens, html} of ahead(placed(outline, source), 4, async at => ({...at, ...(await momentHtml(at, showing))}))) {
    if (opens) yield `${opened ? '</section>\n' : ''}<section>\n`;
    opened = true;
    yield html;
  }
  if (opened) yield '</section>\n';
  yield ending(outline).html;
  yield `</main>\n${script.html}</body>\n</html>\n`;
}

async function* placed(outline: Outline, source: Source): AsyncGenerator<Placed> {
  let [number, turn] = [0, -1];
  for await (const moment of moments(outlined(outline, source))) {
    number++;
    const files = moment.step === null ? [] : (outline.files.get(moment.step) ?? []);
    yield {moment, number, opens: moment.turn !== turn, files};
    turn = moment.turn;
  }
}

const ending = ({damaged, moments}: Outline) =>
  damaged === null
    ? markup`<p class="end-of-log">${moments === 0 ? 'Nothing has happened in this session yet.' : 'End of the session.'}</p>\n`
    : markup`<p class="note error">The log is damaged here: ${visible(damaged.message)}</p>\n`;
