/** A text on one line without what a terminal obeys or hides: control characters, marks that turn the direction, separators of lines. */
export function visible(text: string): string {
  return text.replaceAll(UNSEEN, char => {
    const code = char.codePointAt(0) ?? 0;
    return code < 0x1_00 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu;
