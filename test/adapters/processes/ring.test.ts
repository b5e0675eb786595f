import fc from 'fast-check';
import {expect, test} from 'vitest';
import {Ring} from '../../../src/adapters/processes/ring.ts';

test('any pieces, any limit: the newest bytes in order, the rest counted', () => {
  const piece = fc.record({stream: fc.constantFrom('stdout' as const, 'stderr' as const), bytes: fc.uint8Array({maxLength: 40})});
  fc.assert(
    fc.property(fc.array(fc.array(piece, {maxLength: 20}), {maxLength: 4}), fc.integer({min: 1, max: 100}), (rounds, limit) => {
      const ring = new Ring(limit);
      for (const round of rounds) {
        for (const {stream, bytes} of round) ring.push(stream, bytes);
        const all = round.flatMap(({stream, bytes}) => [...bytes].map(byte => [stream, byte]));
        expect(ring.empty).toBe(all.length === 0);
        const {output, dropped} = ring.take();
        expect(output.flatMap(({stream, bytes}) => [...bytes].map(byte => [stream, byte]))).toEqual(all.slice(-limit));
        expect(dropped).toBe(Math.max(0, all.length - limit));
        expect(ring.empty).toBe(true);
      }
    }),
  );
});

test('byte by byte costs few pieces', () => {
  const ring = new Ring(100_000);
  for (let n = 0; n < 50_000; n += 1) ring.push('stdout', Uint8Array.of(n));
  expect(ring.take().output.length).toBeLessThan(10);
});
