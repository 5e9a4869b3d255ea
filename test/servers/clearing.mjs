/** What has to go when this process ends is told to the janitor first: it clears up also behind one that was killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

let janitor = null;
let names = 0;

/** @returns a function that takes it back, when it is gone */
export function willRemove(folder) {
  return tell({ folder });
}

/** A child process of which nothing is left when this one has ended. @param signal that ends it at once */
export function spawnTracked(command, args, options, signal = 'SIGKILL') {
  const child = spawn(command, args, options);
  const ended = once(child, 'close').then(([code, by]) => code ?? by);
  // Whoever needs to know waits for it, too.
  ended.catch(() => undefined);
  if (child.pid !== undefined) {
    const gone = tell({ pid: child.pid, signal });
    child.once('exit', gone);
  }
  return { child, ended };
}

function tell(what) {
  const name = (names += 1);
  write({ name, ...what });
  return () => write({ name });
}

function write(line) {
  janitor ??= begin();
  janitor.stdin.write(`${JSON.stringify(line)}\n`);
}

function begin() {
  const script = fileURLToPath(new URL('./janitor.mjs', import.meta.url));
  const child = spawn(process.execPath, [script], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
  child.unref();
  child.stdin.unref();
  return child;
}
