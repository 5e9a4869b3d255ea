import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a program in a process of its own, from what is built. */
function node(...args: string[]) {
  return spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', timeout: 30_000 });
}

it("the test kit runs in Node's own test runner", () => {
  const { status, stdout } = node('--test', 'test/e2e/fixtures/invoice.test.mjs');
  expect(stdout).toMatch(/^# pass 1$/m);
  expect(status).toBe(0);
});

it.each(['@workflow-runner/testing', '@workflow-runner/testing/crash-kit'])(
  '%s loads neither vitest nor the testing module of Nest',
  (door) => {
    const { status, stdout } = node(
      '--input-type=module',
      '--import',
      './test/e2e/fixtures/note-loaded.mjs',
      '--eval',
      `await import('${door}');`,
    );
    expect(status).toBe(0);
    expect(stdout).toContain('libs/testing/dist');
    expect(stdout).not.toMatch(/node_modules\/(vitest|@nestjs\/testing)\//);
  },
);
