#!/usr/bin/env node
// Starts `agent` on a Node that is new enough. Plain JavaScript that old versions can read: nothing is imported before the check.
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import module from 'node:module';
import {homedir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const needed = [22, 15];
const found = process.versions.node.split('.').map(Number);
const root = dirname(dirname(fileURLToPath(import.meta.url)));

if (found[0] > needed[0] || (found[0] === needed[0] && found[1] >= needed[1])) await start();
else restart();

async function start() {
  const entry = join(root, 'dist', 'agent.js');
  if (!existsSync(entry)) stop('agent has not been built: run "npm run build" in its folder once.');
  module.enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'agent', 'compiled'));
  await import(new URL('../dist/agent.js', import.meta.url).href);
}

// The `node` package, where it is installed beside this one, brings a Node that is new enough.
function restart() {
  const own = join(root, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(own)) stop(`agent needs Node ${needed.join('.')} or newer, and this is Node ${process.versions.node}: install a newer one from https://nodejs.org or with your version manager.`);
  const {status, signal, error} = spawnSync(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {stdio: 'inherit'});
  if (error) stop(`agent could not start ${own}: ${error.message}`);
  if (signal) process.kill(process.pid, signal);
  process.exit(status ?? 1);
}

function stop(message) {
  console.error(message);
  process.exit(3);
}
