import {hash} from 'node:crypto';
import type {Sha256} from '../vocabulary/ids.ts';

export const sha256 = (bytes: string | Uint8Array): Sha256 => hash('sha256', bytes) as Sha256;

/** The `prev` of a log's first record: the sha256 of its name (the session's id; `home` for the home log). */
export const chainStart = (name: string): Sha256 => sha256(name);
