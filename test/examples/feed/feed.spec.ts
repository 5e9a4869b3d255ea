import { WorkflowRunner } from '@workflow-runner/runner';
import { afterEach, expect, it, vi } from 'vitest';
import { PackingWorkflow } from '../packing.workflow.js';
import { firstSampleOf, regionOf } from '../samples.js';
import { printFeed } from './print-feed.js';

afterEach(() => vi.restoreAllMocks());

it('The feed of docs/rest.md is the one that runs here', () => {
  expect(regionOf('test/examples/feed/print-feed.ts', 'sample')).toBe(firstSampleOf('docs/rest.md'));
});

it('It prints what begins, with its place', async () => {
  const lines: unknown[][] = [];
  vi.spyOn(console, 'log').mockImplementation((...line: unknown[]) => void lines.push(line));
  const runner = new WorkflowRunner({
    persistence: { connectionString: 'memory:' },
    workflows: [PackingWorkflow],
  });
  await runner.initialize();
  const printed = printFeed(runner);

  const id = await runner.startWorkflow(PackingWorkflow, {});
  await vi.waitFor(() => expect(lines).not.toEqual([]));
  await runner.stop();
  await printed;

  expect(lines[0]).toEqual([expect.any(Number), 'created', id]);
});
