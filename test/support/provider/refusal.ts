/** What a provider answers 400 to, in its words. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

export type Json = Record<string, unknown>;

export function refuse(message: string): never {
  throw new Refusal(message);
}

export function object(value: unknown, where: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(`${where}: Input should be an object`);
  return value as Json;
}

export function array(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) refuse(`${where}: Input should be a list`);
  return value;
}

export function text(value: unknown, where: string): string {
  if (typeof value !== 'string') refuse(`${where}: Input should be a string`);
  if (!value.isWellFormed() || value.includes('\0')) refuse(`${where}: the text is not valid Unicode`);
  return value;
}

export function only(value: Json, fields: readonly string[], where: string): void {
  const extra = Object.keys(value).find(key => !fields.includes(key));
  if (extra !== undefined) refuse(`${where}: Unknown parameter: '${extra}'. Extra inputs are not permitted`);
}

export function toolName(value: unknown, where: string): string {
  const name = text(value, where);
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) refuse(`${where}: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'`);
  return name;
}

export function objectSchema(value: unknown, where: string): void {
  if (object(value, where)['type'] !== 'object') refuse(`${where}: schema must have type 'object'`);
}

/** Arguments are JSON text of an object. */
export function argumentJson(value: unknown, where: string): void {
  const raw = text(value, where);
  try {
    object(JSON.parse(raw), where);
  } catch (error) {
    if (error instanceof SyntaxError) refuse(`${where}: arguments are not valid JSON`);
    throw error;
  }
}

/** Every string of the request, wherever it stands. */
export function everyText(value: unknown, where = 'body'): void {
  if (typeof value === 'string') text(value, where);
  else if (Array.isArray(value)) value.forEach((each, k) => everyText(each, `${where}[${k}]`));
  else if (typeof value === 'object' && value !== null) Object.entries(value).forEach(([key, each]) => everyText(each, `${where}.${key}`));
}
