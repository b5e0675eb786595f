import {closeSync, fstatSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, type Stats} from 'node:fs';
import {Stop} from '../../agent/stop.ts';
import {diskWords, isOfSystem} from './disk-words.ts';

/** Before anything is read: a receipt takes the place of what its name leads to, and that must not be what is read, or where the view goes. */
export function refuseSameFile(file: string, input: number): void {
  const there = file === '-' ? null : known(() => statSync(file, {throwIfNoEntry: false}));
  if (there?.isFile() !== true) return;
  if (isSame(there, input)) throw new Stop(2, `The receipt would take the place of what is read: ${file}\n${elsewhere}`);
  if (isSame(there, 1)) throw new Stop(2, `The receipt would take the place of the view: ${file}\n${elsewhere}`);
}

/** Whole or not at all: a file appears under its name when it is finished. What is no file (`/dev/null`, a named pipe) is written to. */
export function writeReceipt(file: string, receipt: object): void {
  const text = `${JSON.stringify(receipt, null, 2)}\n`;
  try {
    if (file === '-') writeFileSync(2, text);
    else if (isFile(file)) replace(target(file), text);
    else writeFileSync(file, text);
  } catch (error) {
    if (!isOfSystem(error)) throw error;
    throw new Stop(1, `The receipt cannot be written to ${file}: ${diskWords(error)}.\n${elsewhere}`, {cause: error});
  }
}

const elsewhere = 'Name another file: agent excerpt --receipt <file>';

function isSame(there: Stats, fd: number): boolean {
  const open = known(() => fstatSync(fd));
  return open?.isFile() === true && open.dev === there.dev && open.ino === there.ino;
}

/** Null where the system does not tell. */
function known<Found>(look: () => Found): Found | null {
  try {
    return look();
  } catch (error) {
    if (isOfSystem(error)) return null;
    throw error;
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
