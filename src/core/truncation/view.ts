import type {CutPolicy} from '../vocabulary/excerpt.ts';
import {createCutter} from './cutter.ts';
import type {Cut} from './cutter.ts';

/** What is shown of a whole stream: a pure function, so that anyone who has the bytes can make a receipt's view again and compare. */
export function view(bytes: Uint8Array, policy: CutPolicy, label: string): Cut {
  const cutter = createCutter(policy, label);
  cutter.push(bytes, 'stdout');
  return cutter.finish();
}
