import {accessSync, closeSync, constants, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {Stop} from '../../agent/stop.ts';

/** Before anything is read: a receipt that can have no place is told of at once, and not after an hour of output. */
export function refuseUnwritable(file: string): void {
  if (file === '-') return;
  try {
    if (isFile(file)) accessSync(dirname(target(file)), constants.W_OK);
    else accessSync(file, constants.W_OK);
  } catch (error) {
    throw refused(file, error);
  }
}

/** Whole or not at all: a file appears under its name when it is finished. What is no file (`/dev/null`, a named pipe) is written to. */
export function writeReceipt(file: string, receipt: object): void {
  const text = `${JSON.stringify(receipt, null, 2)}\n`;
  try {
    if (file === '-') writeFileSync(2, text);
    else if (isFile(file)) replace(target(file), text);
    else writeFileSync(file, text);
  } catch (error) {
    throw refused(file, error);
  }
}

function replace(file: string, text: string): void {
  const part = `${file}.part-${process.pid}`;
  try {
    const fd = openSync(part, 'w');
    writeFileSync(fd, text);
    fsyncSync(fd);
    closeSync(fd);
    renameSync(part, file);
  } finally {
    rmSync(part, {force: true});
  }
}

const isFile = (file: string): boolean => statSync(file, {throwIfNoEntry: false})?.isFile() !== false;

/** What a link leads to is replaced, not the link. */
const target = (file: string): string => (statSync(file, {throwIfNoEntry: false}) === undefined ? file : realpathSync(file));

function refused(file: string, error: unknown): Error {
  if (!(error instanceof Error) || !('code' in error)) return error instanceof Error ? error : new Error(String(error));
  return new Stop(1, `The receipt cannot be written to ${file}: ${error.message}`, {cause: error});
}
