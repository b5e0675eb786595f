/** Rows as RFC 4180 has them: a comma between cells, CRLF behind every row, quotes where they are needed. */
export const csv = (rows: readonly (readonly (string | number)[])[]): string => rows.map(row => `${row.map(cell).join(',')}\r\n`).join('');

// A spreadsheet takes a cell that begins like this for a formula, and would run what a command line says; a number is a number.
const formula = /^[=+\-@\t\r]/;

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
