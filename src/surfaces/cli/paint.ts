import {styleText} from 'node:util';

const styles = ['bold', 'dim', 'red', 'green', 'yellow', 'cyan'] as const;
type Style = (typeof styles)[number];
export type Paint = (style: Style, text: string) => string;

/** Colours where they are wanted, and nothing where they are not. */
export const painter = (on: boolean): Paint => (on ? painted : (_, text) => text);

const painted: Paint = (style, text) => styleText(style, text, {validateStream: false});

/** Every escape sequence that painting adds. */
export const colours: readonly string[] = styles.flatMap(style => painted(style, ' ').split(' '));
