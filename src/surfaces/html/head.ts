import {createHash} from 'node:crypto';
import type {Outline} from '../export/outline.ts';
import {titleOf} from '../export/words.ts';
import {markup, verbatim, type Markup} from './markup.ts';
import {playerScript} from './player-script.ts';
import {styleSheet} from './style.ts';

/** Nothing may be loaded or sent from the page, and nothing runs in it but this one script, told by its hash. */
export const head = ({card}: Outline): Markup => markup`<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${titleOf(card)}</title>
<link rel="icon" href="data:,">
<style>${verbatim(styleSheet)}</style>
</head>
`;

/** Last in the page, when everything that it shows and hides is there. */
export const script: Markup = markup`<script>${verbatim(playerScript)}</script>
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

// An icon that is empty keeps a browser from asking for one.
const policy = [
  "default-src 'none'",
  'img-src data:',
  `style-src ${hashOf(styleSheet)}`,
  `script-src ${hashOf(playerScript)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
