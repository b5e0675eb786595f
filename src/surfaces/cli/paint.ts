import {styleText} from 'node:util';

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
export type Paint = (style: Style, text: string) => string;

/** Colours where they are wanted, and nothing where they are not. */
export const painter = (on: boolean): Paint => (on ? (style, text) => styleText(style, text, {validateStream: false}) : (_, text) => text);
