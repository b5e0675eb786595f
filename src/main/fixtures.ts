import {join} from 'node:path';
import {bundled} from './version.ts';

/** What the package brings beside its code. The bundle lies in `dist/`, the sources two folders deep. */
export const fixtures = join(import.meta.dirname, ...(bundled ? ['..'] : ['..', '..']), 'fixtures');
