/** Whether a file of this name is a `.env` file with values; what shows everybody the form of one is none. */
export function isDotenv(name: string): boolean {
  return /^\.env(?:rc)?(?:\.(?!(?:example|sample|template|dist|defaults?)$)[\w.-]+)?$/i.test(name);
}

/** The folders of the `.env` files that the arguments of a call name, as they stand there: in a path, a pattern or a command. */
export function dotenvFolders(input: unknown): readonly string[] {
  const text = typeof input === 'string' ? input : (JSON.stringify(input) ?? '');
  if (!text.includes('.env')) return [];
  const paths = text.split(/[\s"'`=:;,|&<>(){}[\]*?!\\]+/).filter(word => word.includes('.env'));
  return [
    ...new Set(
      paths.flatMap(path => {
        const parts = path.split('/');
        return isDotenv(parts.at(-1) ?? '') ? [parts.slice(0, -1).join('/')] : [];
      }),
    ),
  ];
}
