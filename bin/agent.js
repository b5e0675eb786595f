#!/usr/bin/env node
// Starts `agent` on a Node that is new enough. Old versions must be able to read this, and every start pays for it: nothing is imported that is not needed.
const needed = [22, 15];
const found = process.versions.node.split('.').map(Number);

if (found[0] > needed[0] || (found[0] === needed[0] && found[1] >= needed[1])) await start();
else await restart();

async function start() {
  const env = process.env;
  const cache = env.XDG_CACHE_HOME || (env.HOME ? `${env.HOME}/.cache` : '');
  // Compiled code is kept between starts: it halves the time to the first request.
  if (cache !== '' && process.argv[2] !== '--version') process.getBuiltinModule('module').enableCompileCache(`${cache}/agent/compiled`);
  try {
    await import('../dist/agent.js');
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !error.message.includes('/dist/agent.js')) throw error;
    stop('agent has not been built: run "npm run build" in its folder once.');
  }
}

// The `node` package, where it is installed beside this one, brings a Node that is new enough.
async function restart() {
  const [{existsSync}, {spawn}, {fileURLToPath}] = await Promise.all([import('node:fs'), import('node:child_process'), import('node:url')]);
  const own = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(own)) {
    stop(`agent needs Node ${needed.join('.')} or newer, and this is Node ${process.versions.node}: install a newer one from https://nodejs.org or with your version manager.`);
  }
  const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {stdio: 'inherit'});
  // A terminal's Ctrl+C reaches the whole group, the child included; what is sent to this process alone is handed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal));
  child.on('error', error => stop(`agent could not start ${own}: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function stop(message) {
  console.error(message);
  process.exit(3);
}
