import {Stop} from '../../agent/stop.ts';

/** An answer that must be JSON of a given schema: how it is asked for, and what is wrong with one. */
export type Expected = {ask: (prompt: string) => string; check: (answer: string) => {text: string; problem: string | null}};

export async function expecting(schema: object): Promise<Expected> {
  const {z} = await import('zod');
  const type = readSchema(schema, z.fromJSONSchema);
  return {
    ask: prompt =>
      `${prompt}\n\nWhen you are done, answer with only JSON (no prose, no code fence) that fits this JSON schema:\n${JSON.stringify(schema)}`,
    check: answer => {
      const text = withoutFence(answer);
      const value = parse(text);
      if (value === undefined) return {text: answer, problem: 'it is not JSON'};
      const checked = type.safeParse(value);
      if (checked.success) return {text: JSON.stringify(value), problem: null};
      return {
        text: answer,
        problem: checked.error.issues.map(({path, message}) => `${path.join('.') || 'the whole'}: ${message}`).join('; '),
      };
    },
  };
}

function readSchema<T>(schema: object, read: (schema: never) => T): T {
  try {
    return read(schema as never);
  } catch (cause) {
    throw new Stop(2, `--json-schema: the schema cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, {cause});
  }
}

const withoutFence = (answer: string): string => /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(answer)?.[1] ?? answer.trim();

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
