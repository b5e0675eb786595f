/** The forms in which a session can be read elsewhere. */
export const textFormats = ['md', 'html', 'json'] as const;

export type TextFormat = (typeof textFormats)[number];
