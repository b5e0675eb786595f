import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Program} from '../../agent/program.ts';
import {Stop} from '../../agent/stop.ts';
import type {Io} from './io.ts';

/** Opens a text in the user's editor, as git does: `$VISUAL`, else `$EDITOR`, else `vi`. Null where the editor was left with an error. */
export async function editText(
  text: Uint8Array,
  {name, program, io}: {name: string; program: Program; io: Io},
): Promise<Uint8Array | null> {
  const editor = program.env['VISUAL'] || program.env['EDITOR'] || 'vi';
  if (!io.tty.stdin || !io.tty.stderr)
    throw new Stop(2, 'Nobody is there to edit it. Give the new text in a file: --with FILE, or - for stdin.');
  const folder = await mkdtemp(join(tmpdir(), 'agent-edit-'));
  const file = join(folder, name);
  try {
    await writeFile(file, text, {mode: 0o600});
    const {execa} = await import('execa');
    // The shell reads the command, since editors are named with their options (`code --wait`).
    const {exitCode} = await execa('sh', ['-c', `${editor} "$1"`, 'sh', file], {
      env: {...program.env},
      extendEnv: false,
      reject: false,
      stdio: 'inherit',
    });
    return exitCode === 0 ? await readFile(file) : null;
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}
