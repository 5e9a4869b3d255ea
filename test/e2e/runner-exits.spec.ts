import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const CHILD = join(import.meta.dirname, 'children/run-and-stop.mjs');
const LONGEST_MS = 20_000;
const folder = mkdtempSync(join(tmpdir(), 'runner-exits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Killed when it has not ended by itself in time. */
async function run(connection: string) {
  const child = spawn(process.execPath, [CHILD, connection], { timeout: LONGEST_MS, killSignal: 'SIGKILL' });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.on('error', reject).on('close', (...how) => resolve(how));
  });
  return { code, signal, output };
}

describe('A process whose runner was stopped', () => {
  it.each([['memory:'], [`sqlite:${join(folder, 'workflows.db')}`]])(
    'ends by itself, over %s',
    async (connection) => {
      expect(await run(connection)).toEqual({ code: 0, signal: null, output: 'STOPPING\nstopped\n' });
    },
  );
});
