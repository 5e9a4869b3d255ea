import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ExecutionResult,
  StepBody,
  Workflow,
  WorkflowRunner,
  type WorkflowBuilder,
} from '@workflow-runner/runner';
import { afterEach, expect, it, vi } from 'vitest';
import { printFeed } from './print-feed.js';

class Pack extends StepBody {
  override run() {
    return Promise.resolve(ExecutionResult.next());
  }
}

@Workflow({ nameSpace: 'shop', name: 'order', version: '1.0' })
class OrderWorkflow {
  build(builder: WorkflowBuilder<object>): void {
    builder.startWith(Pack);
  }
}

afterEach(() => vi.restoreAllMocks());

it('The feed of docs/rest.md is the one that runs here', () => {
  const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');
  const [, shown] = /```ts\n([^]*?)```/.exec(read('../../../docs/rest.md'))!;
  const [, run] = /\/\/ #region sample\n([^]*?) *\/\/ #endregion/.exec(read('print-feed.ts'))!;
  expect(run!.replaceAll(/^ {2}/gm, '')).toBe(shown);
});

it('It prints what begins, with its place', async () => {
  const lines: unknown[][] = [];
  vi.spyOn(console, 'log').mockImplementation((...line: unknown[]) => void lines.push(line));
  const runner = new WorkflowRunner({
    persistence: { connectionString: 'memory:' },
    workflows: [OrderWorkflow],
  });
  await runner.initialize();
  const printed = printFeed(runner);

  const id = await runner.startWorkflow('shop.order', null, {});
  await vi.waitFor(() => expect(lines).not.toEqual([]));
  await runner.stop();
  await printed;

  expect(lines[0]).toEqual([expect.any(Number), 'created', id]);
});
