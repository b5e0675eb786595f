/** Whether every command of a `sed` script is one of: print, delete, quit, line number, or a substitution without its `w` and `e` flags. */
export function safeSedScript(script: string): boolean {
  let rest = script;
  for (;;) {
    const found = COMMAND.exec(rest);
    if (found === null) return false;
    rest = rest.slice(found[0].length);
    if (rest === '') return true;
  }
}

const ADDRESS = String.raw`(?:\d+(?:~\d+)?|\$|/(?:[^\\/\n]|\\.)*/I?)`;
const SUBSTITUTE = ['/', '|', '#', ','].map(mark => `s${substitution(mark === '|' ? String.raw`\|` : mark)}[gpiI0-9]*`).join('|');
const COMMAND = new RegExp(
  String.raw`^\s*(?:${ADDRESS}(?:\s*,\s*(?:\+?\d+|${ADDRESS}))?)?\s*!?\s*(?:[pdDPhHgGxnN=]|q\d*|${SUBSTITUTE})\s*(?:;|\n|$)`,
  'u',
);

function substitution(mark: string): string {
  const text = String.raw`(?:[^\\${mark}\n]|\\[^\n])*`;
  return `${mark}${text}${mark}${text}${mark}`;
}
