import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cpuMsOf, memoryOf } from './processes.mjs';

const MIB = 2 ** 20;

/** Has a child that holds much and has used some CPU, and says so when it does. */
const PARENT = `
  const child = "globalThis.held = Buffer.alloc(300 * 2 ** 20, 1); process.stdout.write('held'); setInterval(() => {}, 1000);";
  require('child_process').spawn(process.execPath, ['-e', child], { stdio: 'inherit' });
  setInterval(() => {}, 1000);
`;

it('a server is all of its processes', { timeout: 60_000 }, async () => {
  const parent = spawn(process.execPath, ['-e', PARENT], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  try {
    await once(parent.stdout, 'data');
    const [memory, cpuMs] = [memoryOf(parent.pid), cpuMsOf(parent.pid)];
    if (!existsSync('/proc/self/smaps_rollup')) {
      expect(memory).toBeNaN();
    } else {
      expect(memory).toBeGreaterThan(300 * MIB);
      expect(memory).toBeLessThan(600 * MIB);
      expect(cpuMs).toBeGreaterThan(0);
    }
  } finally {
    process.kill(-parent.pid, 'SIGKILL');
  }
});

it('of a process that is not there nothing is known', () => {
  expect(memoryOf(2 ** 30)).toBeNaN();
  expect(cpuMsOf(2 ** 30)).toBeNaN();
});
