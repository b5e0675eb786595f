/** Replaces `old`, which stands once in the text (or everywhere, with `all`), by `new`. */
export type Edit = {old: string; new: string; all: boolean};
