import type {Outline} from '../export/outline.ts';
import {markup, type Markup} from './markup.ts';

/** The time slider. Without a script it stays hidden, and everything is shown. */
export function player({moments, turns}: Outline): Markup {
  if (moments === 0) return markup``;
  return markup`<div id="player" role="group" aria-label="Time" hidden>
<button type="button" id="back" aria-label="One step back">◂</button>
<button type="button" id="play" aria-label="Play" aria-pressed="false">▸</button>
<button type="button" id="on" aria-label="One step on">▸</button>
<div class="track">
<input type="range" id="time" min="1" max="${moments}" value="${moments}" step="1" aria-label="How far the session is shown" aria-describedby="keys">
${marks(moments, turns)}</div>
<output id="where" for="time"></output>
<label class="speed">Speed <select id="speed"><option value="0.5">½×</option><option value="1" selected>1×</option><option value="2">2×</option><option value="5">5×</option><option value="20">20×</option></select></label>
<p id="keys">← → step · Page Up, Page Down turn · Home, End · Space plays</p>
</div>
`;
}

/** Where the turns begin on the slider. */
function marks(moments: number, turns: Outline['turns']): Markup {
  const lines = turns.map(({moment}) => `M${moment - 1} 0V1`).join('');
  return markup`<svg class="turns" viewBox="0 0 ${Math.max(1, moments - 1)} 1" preserveAspectRatio="none" aria-hidden="true"><path d="${lines}"></path></svg>
`;
}
