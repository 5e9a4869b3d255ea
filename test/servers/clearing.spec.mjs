import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** A process that has begun a server which leaves only when it is asked for, and a folder. */
const BEGINNER = `
  import { mkdirSync, writeFileSync } from 'node:fs';
  import { spawnTracked, willRemove } from ${JSON.stringify(new URL('./clearing.mjs', import.meta.url))};
  const [home] = process.argv.slice(1);
  mkdirSync(home + '/kept');
  willRemove(home + '/kept')();
  mkdirSync(home + '/run');
  willRemove(home + '/run');
  const server = "process.on('SIGQUIT', () => { require('fs').writeFileSync(process.argv[1] + '/asked', ''); process.exit(); });"
    + "require('fs').writeFileSync(process.argv[1] + '/up', ''); setInterval(() => {}, 1000);";
  spawnTracked(process.execPath, ['-e', server, home], { stdio: 'ignore' }, 'SIGQUIT');
  setInterval(() => {}, 1000);
`;

let home;
let beginner;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'workflow-runner-clearing-'))));
afterEach(() => {
  beginner.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

async function begun() {
  beginner = spawn(process.execPath, ['--input-type=module', '-e', BEGINNER, home], {
    stdio: 'inherit',
  });
  await until(() => existsSync(join(home, 'up')));
}

it.each(['SIGKILL', 'SIGINT', 'SIGTERM'])(
  'what a process has begun is stopped by its own signal and removed after %s, what it took back is not',
  { timeout: 60_000 },
  async (signal) => {
    await begun();
    beginner.kill(signal);
    await until(() => !existsSync(join(home, 'run')));
    expect(existsSync(join(home, 'asked'))).toBe(true);
    expect(existsSync(join(home, 'kept'))).toBe(true);
  },
);

async function until(isSo) {
  while (!isSo()) await pause(10);
}
