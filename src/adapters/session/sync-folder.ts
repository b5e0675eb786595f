import {closeSync, fsyncSync, openSync} from 'node:fs';

/** A name that came or went is on the disk only when its folder is. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
