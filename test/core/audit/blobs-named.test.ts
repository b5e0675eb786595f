import {describe, expect, test} from 'vitest';
import {z} from 'zod';
import {blobsNamed} from '../../../src/core/audit/blobs-named.ts';
import {sessionShapes} from '../../../src/core/log/event-schema.ts';
import type {SessionEvent} from '../../../src/core/vocabulary/event.ts';

type Schema = {
  type?: string;
  pattern?: string;
  const?: unknown;
  enum?: readonly unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: readonly Schema[];
};

/** Hashes that name no blob: of requests, records, keys, pipes and files. Whoever adds a field with a sha256 says here, or in `blobsNamed`, what it names. */
const noBlob = new Set(['sha256', 'hash', 'idempotency_key', 'stdout_sha256']);

const shaPattern = '^[0-9a-f]{64}$';

/** A value of the schema in every shape that its unions have, each sha256 in it another one, with the names of the fields that they stand in. */
function* values(schema: Schema, shas: {field: string; sha: string}[], field = ''): Generator {
  if (schema.anyOf !== undefined) {
    for (const one of schema.anyOf) yield* values(one, shas, field);
    return;
  }
  if (schema.const !== undefined) return void (yield schema.const);
  if (schema.enum !== undefined) return void (yield schema.enum[0]);
  if (schema.pattern === shaPattern) {
    const sha = (shas.length + 1).toString(16).padStart(64, '0');
    shas.push({field, sha});
    return void (yield sha);
  }
  if (schema.type === 'array') for (const item of values(schema.items ?? {}, shas, field)) yield [item];
  else if (schema.type === 'object') yield* objects(schema.properties ?? {}, shas);
  else yield schema.type === 'string' ? 'text' : schema.type === 'boolean' ? true : schema.type === 'null' ? null : 1;
}

/** One object for each shape of each field, the other fields in their first one. */
function* objects(properties: Record<string, Schema>, shas: {field: string; sha: string}[]): Generator {
  const shapes = Object.entries(properties).map(([name, schema]) => [name, [...values(schema, shas, name)]] as const);
  const first = Object.fromEntries(shapes.map(([name, [value]]) => [name, value]));
  for (const [name, all] of shapes) for (const value of all) yield {...first, [name]: value};
  if (shapes.length === 0) yield {};
}

describe.each(Object.entries(sessionShapes))('%s', (type, shape) => {
  test('every sha256 that its schema has room for names a blob, or is known to name none', () => {
    const shas: {field: string; sha: string}[] = [];
    const schema = z.toJSONSchema(shape) as Schema;
    const found = new Set<string>();
    for (const value of values(schema, shas)) for (const {ref} of blobsNamed({type, ...(value as object)} as SessionEvent)) found.add(ref);
    expect(shas.filter(({field, sha}) => found.has(sha) === noBlob.has(field)).map(({field}) => field)).toEqual([]);
  });
});

test('the schemas are really walked', () => {
  const fields = Object.values(sessionShapes).flatMap(shape => {
    const shas: {field: string; sha: string}[] = [];
    Array.from(values(z.toJSONSchema(shape) as Schema, shas));
    return shas.map(({field}) => field);
  });
  expect(new Set(fields)).toEqual(new Set([...noBlob, 'blob', 'view', 'response', 'environment', 'charter', 'tools', 'appendix', 'names']));
});
