import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { spawnTracked, willRemove } from '../servers/clearing.mjs';
import { foreignShare, judge, quietest, readTicks } from './foreign-load.mjs';
import { readOrNull } from './processes.mjs';
import { percent } from './report.mjs';
import { withServerOf } from './servers/server-of.mjs';

/** How often a run with much foreign load is repeated. */
export const REPEATS = 3;

/**
 * One engine, one workload, a fresh folder, process and server; again while something else uses the machine.
 * @param bench folder of the benchmark @returns its figures, what else used the machine, and whether that was too much
 */
export async function oneRun(bench, name, engine, repeats = REPEATS) {
  const { runProcesses } = await import(pathToFileURL(join(bench, 'workloads', `${name}.mjs`)).href);
  return quietly(repeats, () =>
    inFolder((directory) =>
      withServerOf(engine, directory, () =>
        runProcesses ? runProcesses(directory, engine) : runWorker(bench, name, engine, directory),
      ),
    ),
  );
}

/** Does work until the machine was quiet meanwhile, or it was repeated often enough. */
export async function quietly(repeats, work) {
  const tries = [];
  for (;;) {
    const before = ticks();
    const figures = await work();
    tries.push({ figures, foreign: foreignShare(before, ticks()) });
    const verdict = judge(
      tries.map(({ foreign }) => foreign),
      repeats,
    );
    const { foreign } = tries.at(-1);
    process.stderr.write(`  something else used ${percent(foreign)} of the CPUs: ${verdict}\n`);
    if (verdict === 'keep') return { ...tries.at(-1), isLoud: false };
    if (verdict === 'mark') return { ...quietest(tries), isLoud: true };
  }
}

/** Whatever was written there is gone afterwards. */
export async function inFolder(work) {
  const directory = mkdtempSync(join(tmpdir(), 'workflow-runner-bench-'));
  const isRemoved = willRemove(directory);
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    isRemoved();
  }
}

async function runWorker(bench, name, engine, directory) {
  const args = ['--expose-gc', join(bench, 'worker.mjs'), engine, name, directory];
  const { child, ended } = spawnTracked(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (printed += text));
  const code = await ended;
  if (code !== 0) throw new Error(`${name} of ${engine} ended with ${code}`);
  return JSON.parse(printed.trim().split('\n').at(-1)).figures;
}

function ticks() {
  return readTicks(readOrNull('/proc/stat'), readOrNull('/proc/self/stat'));
}
