/**
 * Whether the words of `test`, `[` or `[[` only look at files and compare texts. Not `-v` and `-R`, which evaluate the index of an array, nor
 * the comparisons of numbers, which some shells evaluate as arithmetic: both run what is substituted in their words.
 */
export function comparesWords(words: readonly string[]): boolean {
  return words.every(word => OPERATOR.test(word) || OPERAND.test(word));
}

const OPERATOR = /^(-[abcdefghknoprsuwxzGLNOS]|-ef|-nt|-ot|==?|!=|!|&&|\|\||\(|\))$/u;
const OPERAND = /^[\w./@%+:,][\w./@%+:,-]*$/u;
