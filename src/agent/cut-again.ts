import {createCutter, type Cut} from '../core/truncation/cutter.ts';
import {policyNamed} from '../core/truncation/policies.ts';
import type {Excerpt} from '../core/vocabulary/excerpt.ts';
import type {Blobs} from '../ports/blobs.ts';

/**
 * A receipt's view, made again from the stored stream in constant memory. Null where this build does not have its policy. Throws `BlobDamaged`; that
 * the whole is what its name says is for the caller to see, in `stdout_sha256`.
 */
export async function cutAgain(
  {excerpt, label}: {excerpt: Excerpt; label: string},
  blobs: Blobs,
  passed: (bytes: number) => void = () => {},
): Promise<Cut | null> {
  const policy = policyNamed(excerpt.policy);
  // No view has fewer tokens: whatever made this one, it was not that policy.
  if (policy === null || policy.tokens < 16) return null;
  const cutter = createCutter(policy, label);
  for await (const bytes of blobs.read(excerpt.blob, {start: 0, end: Number.MAX_SAFE_INTEGER})) {
    cutter.push(bytes, 'stdout');
    passed(bytes.length);
  }
  return cutter.finish();
}
