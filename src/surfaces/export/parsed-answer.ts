import {Lexer, type Token} from 'marked';

/** What is made of a model's Markdown; null where it is longer, or nested deeper, than anybody reads: then it is shown as it was typed. */
export function parsedAnswer<Made>(text: string, make: (tokens: readonly Token[]) => Made): Made | null {
  if (text.length > longest) return null;
  try {
    return make(new Lexer({gfm: true}).lex(text));
  } catch (error) {
    // The stack: thousands of quotes within quotes.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const longest = 400_000;
