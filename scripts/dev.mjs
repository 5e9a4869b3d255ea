// npm run start:dev   Compiles on every change (tsc -b -w) and restarts the server (node --watch). Ctrl-C ends both.
import { spawn } from 'node:child_process';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { pathOf, root } from './paths.mjs';

const FORCE_AFTER_MS = 10_000;
const children = [];
let stopping = false;

function run(...args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  child.once('exit', stop);
  children.push(child);
}

/** Ends both children; whoever does not follow in time is killed. */
function stop() {
  if (stopping) return;
  stopping = true;
  for (const child of children) child.kill('SIGTERM');
  setTimeout(() => children.forEach((child) => child.kill('SIGKILL')), FORCE_AFTER_MS).unref();
}

// A first build that fails is no reason to stop: the next save may mend it.
if (ensureInstalled()) {
  ensureBuilt();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  run(pathOf('node_modules/typescript/bin/tsc'), '-b', '-w', '--preserveWatchOutput');
  run('--watch', '--watch-preserve-output', pathOf('dist/main.js'));
} else {
  process.exitCode = 1;
}
