import type {Told} from '../../agent/portable/portable-ports.ts';
import {size} from '../../core/projections/call-title.ts';
import type {Io} from './io.ts';

/** Where it takes long, how far it has come. */
export function tellBytes(io: Io): {told: Told; stop: () => void} {
  const sums = {checked: 0, packed: 0, unpacked: 0};
  const timer = setInterval(() => {
    const done = Object.entries(sums).flatMap(([stage, bytes]) => (bytes === 0 ? [] : [`${size(bytes)} ${stage}`]));
    if (done.length > 0) io.progress(`… ${done.join(', ')}`);
  }, 5_000);
  return {told: (stage, bytes) => void (sums[stage] += bytes), stop: () => clearInterval(timer)};
}
