import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { WorkflowRunnerService } from '@workflow-runner/runner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstSampleOf, regionOf } from '../samples.js';
import { AppModule } from './app.module.js';
import { Payments } from './payments.js';

const HOME = process.cwd();
let folder: string;
let app: INestApplicationContext;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
  process.chdir(folder);
  app = await (await Test.createTestingModule({ imports: [AppModule] }).compile()).init();
});
afterEach(async () => {
  await app.close();
  process.chdir(HOME);
  rmSync(folder, { recursive: true });
});

describe('The sample of README.md', () => {
  it('is the file that runs here', () => {
    expect(regionOf('test/examples/readme/app.module.ts', 'sample')).toBe(firstSampleOf('README.md'));
  });

  it('charges with the injected provider, waits for the event and completes', async () => {
    const runner = app.get(WorkflowRunnerService);
    const id = await runner.startWorkflow('shop.order', null, { orderId: 'o-1', amount: 12 });
    await runner.publishEvent('order.shipped', 'o-1');

    const { status, data } = await runner.waitForCompletion(id, { timeoutMs: 10_000 });
    expect({ status, data }).toEqual({
      status: 'completed',
      data: { orderId: 'o-1', amount: 12, receipt: 'receipt of 12' },
    });
    expect(app.get(Payments).charged).toEqual([{ amount: 12, key: expect.stringContaining(id) as string }]);
  });
});
