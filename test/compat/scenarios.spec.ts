import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface ScenarioResult {
  readonly fullName: string;
  readonly status: string;
  readonly problems: readonly string[];
}

interface ScenarioRun {
  readonly results: readonly ScenarioResult[];
  /** Modules that the specs asked for and got from us. */
  readonly redirections: readonly string[];
}

/** Runs what is built: `npm run build` first. */
async function runScenarios(): Promise<ScenarioRun> {
  const child = fork(fileURLToPath(new URL('run-scenarios.cjs', import.meta.url)), {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  let run: ScenarioRun | null = null;
  child.on('message', (message) => (run = message as ScenarioRun));
  const exitCode = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  if (run === null) throw new Error(`jasmine told no results (exit code ${exitCode}):\n${output}`);
  return run;
}

const { results, redirections } = await runScenarios();

describe("workflow-es's own scenario specs, unmodified, on our engine", () => {
  it('are all 18 of them', () => {
    expect(results).toHaveLength(18);
  });

  it('get the engine and the memory provider from us, in each of the seven files', () => {
    const files = 7;
    for (const request of ['../../src', '../../src/services/memory-persistence-provider']) {
      expect(redirections.filter((redirected) => redirected === request)).toHaveLength(files);
    }
  });

  it.each(results)('$fullName', ({ status, problems }) => {
    expect({ status, problems }).toEqual({ status: 'passed', problems: [] });
  });
});
