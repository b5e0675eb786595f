import {expect, test} from 'vitest';
import {chatCalls} from '../../../src/adapters/models/chat-calls.ts';
import {ask, call, plain} from '../../contracts/model.ts';
import type {ServerReply} from '../../support/provider-server.ts';
import {modelAt, withProvider} from './wire.ts';

const TWO = [
  {name: 'shell', arguments: {a: 1}},
  {name: 'shell', arguments: {b: 2}},
];
const each = (more: object): ServerReply => ({calls: TWO.map(given => ({...given, ...more}))});

test.each<[string, ServerReply]>([
  ['by the book', each({})],
  ['whole calls', each({whole: true})],
  ['without ids', each({id: null})],
  ['without ids, whole', each({id: null, whole: true})],
  ['without index', each({index: null})],
  ['without index, whole', each({index: null, whole: true})],
  ['without index and ids, whole', each({index: null, id: null, whole: true})],
  ['always index 0, ids of their own', {calls: TWO.map((given, k) => ({...given, index: 0, id: `id${k}`}))}],
  ['always index 0, no ids, whole', each({index: 0, id: null, whole: true})],
  ['one id for both', each({id: 'same'})],
  ['name and id repeated with each fragment', each({repeat: true})],
  ['finished with stop', {...each({}), stop: 'stop'}],
  ['as one document', {...each({}), json: true}],
])('two calls: %s', (_, reply) =>
  withProvider({}, [reply], async provider => {
    const {reply: got} = await ask(modelAt('chat', provider.url));
    expect(plain(got)).toEqual([call('3.1', 'shell', {a: 1}), call('3.2', 'shell', {b: 2})]);
    expect(got).toMatchObject({stop: 'calls'});
  }),
);

test('arguments as an object, and two calls without arguments', () => {
  const calls = chatCalls(() => undefined);
  calls.take({function: {name: 'read', arguments: {path: 'a'}}});
  calls.take({function: {name: 'todo'}});
  calls.take({function: {name: 'glob'}});
  expect(calls.pieces().map(({tool, raw}) => [tool, raw])).toEqual([
    ['read', '{"path":"a"}'],
    ['todo', ''],
    ['glob', ''],
  ]);
});

test('a server without usage is no failure', () =>
  withProvider({}, [{text: 'x', usage: null}], async provider => {
    const {reply} = await ask(modelAt('chat', provider.url));
    expect(reply).toMatchObject({kind: 'replied', usage: {input: 0, output: 0, cached: 0, cache_written: 0}});
  }));
