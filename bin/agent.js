#!/usr/bin/env node
// Starts `agent` on a Node that is new enough. Old versions must be able to read this, and every start pays for it: nothing is imported that is not needed.
const needed = [22, 15];
const found = process.versions.node.split('.').map(Number);

if (found[0] > needed[0] || (found[0] === needed[0] && found[1] >= needed[1])) await start();
else await restart();

async function start() {
  const [, , option, ...more] = process.argv;
  if (more.length === 0 && (option === '--version' || option === '-V')) return sayVersion();
  const env = process.env;
  const cache = env.XDG_CACHE_HOME || (env.HOME ? `${env.HOME}/.cache` : '');
  // Compiled code is kept between starts: it halves the time to the first request.
  if (cache !== '') process.getBuiltinModule('module').enableCompileCache(`${cache}/agent/compiled`);
  // A filter in a pipe starts without what only sessions need.
  const entry = option === 'excerpt' ? 'excerpt.js' : 'agent.js';
  try {
    await import(`../dist/${entry}`);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !error.message.includes(`/dist/${entry}`)) throw error;
    stop('agent has not been built: run "npm ci" in its folder once.');
  }
}

// Scripts and prompts ask for it all the time: it is answered without loading the program.
function sayVersion() {
  const {readFileSync, writeSync} = process.getBuiltinModule('fs');
  const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  writeSync(1, `${version}\n`);
}

// The `node` package, where it is installed beside this one, brings a Node that is new enough.
async function restart() {
  const [{existsSync}, {spawn}, {fileURLToPath}] = await Promise.all([import('node:fs'), import('node:child_process'), import('node:url')]);
  const own = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(own)) {
    stop(
      `agent needs Node ${needed.join('.')} or newer, and this is Node ${process.versions.node}: install a newer one from https://nodejs.org or with your version manager.`,
    );
  }
  let child = null;
  const stopListening = passOnce(signal => child.kill(signal), spawn);
  child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {stdio: 'inherit'});
  child.on('error', error => stop(`agent could not start ${own}: ${error.message}`));
  child.on('exit', (code, signal) => {
    stopListening();
    // Whoever waits for this process is to see the same end.
    if (signal === null) process.exit(code);
    process.kill(process.pid, signal);
  });
}

// Ctrl+C reaches the whole process group, the child included; a signal to this process alone has to be handed on. A neighbour in the group
// tells one from the other: it echoes a byte for every signal, unless that signal ended it too.
function passOnce(pass, spawn) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const asked = [];
  const known = [];
  let neighbour;
  let alone = false;
  const moveIn = () => {
    neighbour = spawn('cat', {stdio: ['pipe', 'pipe', 'ignore']});
    neighbour.on('error', () => (alone = true));
    neighbour.stdin.on('error', () => {});
    neighbour.stdout.on('data', bytes => asked.splice(0, bytes.length).forEach(pass));
    neighbour.on('exit', (code, signal) => {
      if (!take(asked, signal)) known.push(signal);
      moveIn();
      neighbour.stdin.write('.'.repeat(asked.length));
    });
  };
  const ask = signal => {
    if (alone) return pass(signal);
    if (take(known, signal)) return;
    asked.push(signal);
    neighbour.stdin.write('.');
  };
  moveIn();
  for (const signal of signals) process.on(signal, ask);
  return () => {
    neighbour.removeAllListeners('exit').kill('SIGKILL');
    for (const signal of signals) process.removeListener(signal, ask);
  };
}

function take(list, item) {
  const at = list.indexOf(item);
  return at !== -1 && list.splice(at, 1).length === 1;
}

function stop(message) {
  console.error(message);
  process.exit(3);
}
