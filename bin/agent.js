#!/usr/bin/env node
// Starts `agent` on a Node that is new enough. Written so that old versions can read it: nothing of the program is loaded before the check.
import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import module from 'node:module';
import {homedir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const needed = [22, 15];
const found = process.versions.node.split('.').map(Number);
const root = dirname(dirname(fileURLToPath(import.meta.url)));

if (found[0] > needed[0] || (found[0] === needed[0] && found[1] >= needed[1])) start();
else restart();

function start() {
  const entry = join(root, 'dist', 'agent.js');
  if (!existsSync(entry)) stop(`agent has not been built: run "npm ci" in ${root} once.`);
  module.enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'agent', 'compiled'));
  return import(new URL('../dist/agent.js', import.meta.url).href);
}

// The `node` package, where it is installed beside this program, brings a Node that is new enough.
function restart() {
  const own = join(root, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(own)) stop(`agent needs Node ${needed.join('.')} or newer, and this is Node ${process.versions.node}: install a newer one from https://nodejs.org or with your version manager.`);
  const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {stdio: 'inherit'});
  child.on('error', error => stop(`agent could not start ${own}: ${error.message}`));
  const passOn = signal => child.kill(signal);
  const done = passOnce(passOn);
  child.on('exit', (code, signal) => {
    done();
    // Whoever waits for this process is to see the same end.
    if (signal) process.kill(process.pid, signal);
    else process.exit(code);
  });
}

// Ctrl+C reaches every process of the terminal's group, so the program has it already; a signal to this process alone has to be passed on. A
// neighbour in the same group tells one from the other: it echoes what it is sent, unless the signal ended it too.
function passOnce(passOn) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  let [neighbour, asked, leaving] = [null, [], false];
  const moveIn = () => {
    neighbour = spawn('cat', {stdio: ['pipe', 'pipe', 'ignore']});
    neighbour.stdout.on('data', bytes => asked.splice(0, bytes.length).forEach(passOn));
    neighbour.stdin.on('error', () => {});
    neighbour.on('error', () => asked.splice(0).forEach(passOn));
    neighbour.on('exit', () => {
      asked = [];
      if (!leaving) moveIn();
    });
  };
  const ask = signal => {
    asked.push(signal);
    neighbour.stdin.write('.');
  };
  moveIn();
  for (const signal of signals) process.on(signal, ask);
  return () => {
    leaving = true;
    neighbour.kill('SIGKILL');
    for (const signal of signals) process.off(signal, ask);
  };
}

function stop(message) {
  console.error(message);
  process.exit(3);
}
