/** Text from a model, a file or a program, made safe for a terminal: control characters but newline and tab are dropped, and with them every escape sequence. */
export const printable = (text: string): string =>
  text
    .replaceAll(/\u001B(?:\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|\[[0-?]*[ -/]*[@-~]?|[@-Z\\-_])/g, '')
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '');
