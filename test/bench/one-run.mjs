import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One engine, one workload, a fresh folder and a fresh process. @param bench folder of the benchmark @returns figures */
export async function oneRun(bench, name, engine) {
  const { runProcesses } = await import(pathToFileURL(join(bench, 'workloads', `${name}.mjs`)).href);
  return inFolder((directory) => {
    if (runProcesses) return runProcesses(directory);
    const script = join(bench, 'worker.mjs');
    const printed = execFileSync(process.execPath, ['--expose-gc', script, engine, name, directory], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 2 ** 26,
    });
    return JSON.parse(printed.trim().split('\n').at(-1)).figures;
  });
}

/** Whatever was written there is gone afterwards. */
export async function inFolder(work) {
  const directory = mkdtempSync(join(tmpdir(), 'workflow-runner-bench-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
