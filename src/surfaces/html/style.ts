import {layout} from './style-layout.ts';

type Palette = Readonly<Record<string, string>>;

// Text on its ground has a contrast of at least 4.5 to 1 in both.
const light: Palette = {
  ground: '#ffffff',
  raised: '#f5f6f8',
  text: '#1b1f24',
  quiet: '#57606a',
  line: '#d0d7de',
  accent: '#0757a8',
  good: '#17662c',
  bad: '#b3202a',
  warning: '#7d4e00',
  'add-ground': '#e2f6e6',
  'del-ground': '#fde8e8',
  c0: '#57606a',
  c1: '#b3202a',
  c2: '#17662c',
  c3: '#7d4e00',
  c4: '#0757a8',
  c5: '#7a2a96',
  c6: '#0b6068',
  c7: '#57606a',
};

const dark: Palette = {
  ground: '#14171b',
  raised: '#1e2329',
  text: '#e3e7ec',
  quiet: '#9aa5b1',
  line: '#3a424c',
  accent: '#7ab8ff',
  good: '#6fce86',
  bad: '#ff8f8f',
  warning: '#e3b458',
  'add-ground': '#173222',
  'del-ground': '#3c1d20',
  c0: '#9aa5b1',
  c1: '#ff8f8f',
  c2: '#6fce86',
  c3: '#e3b458',
  c4: '#7ab8ff',
  c5: '#d6a4f0',
  c6: '#6fd0d8',
  c7: '#c5ccd4',
};

const variables = (palette: Palette): string =>
  Object.entries(palette)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

const colours = Array.from({length: 8}, (_, number) => `.c${number}{color:var(--c${number})}`).join('');

/** Light or dark as the reader's system is, until the reader says otherwise. */
export const styleSheet = `
:root{color-scheme:light;${variables(light)}}
:root[data-theme=dark]{color-scheme:dark;${variables(dark)}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${variables(dark)}}}
${layout}
${colours}
`;
