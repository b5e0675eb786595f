/** The variables of a `.env` file, as shells and the usual libraries read them. A line that is none is passed over. */
export function variablesIn(text: string): readonly {name: string; value: string}[] {
  const found: {name: string; value: string}[] = [];
  for (const match of text.replaceAll('\r\n', '\n').matchAll(line)) {
    const {name = '', double, single, back, bare} = match.groups ?? {};
    const value = double === undefined ? (single ?? back ?? (bare ?? '').replace(comment, '').trim()) : unescaped(double);
    if (value !== '') found.push({name, value});
  }
  return found;
}

const line =
  /^[ \t]*(?:export[ \t]+)?(?<name>[\w.-]+)[ \t]*(?:=|:[ \t])[ \t]*(?:"(?<double>(?:[^"\\]|\\[\s\S])*)"|'(?<single>[^']*)'|`(?<back>[^`]*)`|(?<bare>[^\n]*))/gm;

// Only where the space begins: else a long stretch of it would be gone along from each of its places.
const comment = /(?<!\s)\s+#[^\n]*$/;

function unescaped(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, (_, character: string) => escapes[character] ?? character);
}

const escapes: Readonly<Record<string, string>> = {n: '\n', r: '\r', t: '\t'};
