import { Injectable } from '@nestjs/common';
import { SystemClock } from '@workflow-runner/engine';
import { MemoryStore } from '@workflow-runner/store/memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asWorkflow, Breaks, LogBook, Quick } from '../../../../test/runner/lab.js';
import { completed, NestLab, runnerOf } from '../../../../test/runner/nest-lab.js';
import { OnWorkflowEvent, type RunnerTelling } from '../index.js';
import { until } from '../../../../test/e2e/until.js';

const lab = new NestLab();
afterEach(() => lab.clear());

const heard: string[] = [];
let failing = 0;
beforeEach(() => {
  heard.length = 0;
  failing = 0;
});

const workflows = [
  asWorkflow(Quick, { nameSpace: 'shop', name: 'order' }),
  asWorkflow(Quick, { nameSpace: 'bank', name: 'loan' }),
  asWorkflow(Breaks, { nameSpace: 'shop', name: 'breaks' }),
];

@Injectable()
class Listening {
  @OnWorkflowEvent('completed', 'shop.*')
  onShop({ workflowId }: RunnerTelling): void {
    heard.push(`shop ${workflowId}`);
  }

  @OnWorkflowEvent('completed')
  @OnWorkflowEvent('failed')
  onEnd({ event, workflowId, tenantId, correlationId }: RunnerTelling): void {
    heard.push([event, workflowId, tenantId, correlationId].join(' '));
  }

  @OnWorkflowEvent('completed')
  async onEveryFailing(): Promise<void> {
    throw new Error('a listener that fails');
  }
}

describe('@OnWorkflowEvent', () => {
  it('hears of the workflows it names, with tenant and correlation id, and disturbs nobody', async () => {
    const logger = new LogBook();
    const app = await lab.boot({ providers: [Listening] }, { workflows, logger });
    const runner = runnerOf(app);
    const options = { tenantId: 'acme', correlationId: 'c-1' };
    for (const [workflowId, data] of [
      ['shop.order', {}],
      ['bank.loan', {}],
      ['shop.breaks', { broken: true }],
    ] as const) {
      const id = await runner.startWorkflow(workflowId, null, data, options);
      await runner.waitForCompletion(id, { timeoutMs: 5_000 });
    }
    await until(() => heard.length >= 4);
    expect(heard.sort()).toEqual([
      'completed bank.loan@1.0.0 acme c-1',
      'completed shop.order@1.0.0 acme c-1',
      'failed shop.breaks@1.0.0 acme c-1',
      'shop shop.order@1.0.0',
    ]);
    expect(logger.of('warn')).toContain('listener.failed');
  });

  it('refuses an event that does not exist', () => {
    expect(() => OnWorkflowEvent('complete' as never)).toThrow(TypeError);
  });
});

@Injectable()
class Durable {
  @OnWorkflowEvent('completed', 'shop.*', { durable: 'orders' })
  async onCompleted({ instanceId, correlationId }: RunnerTelling): Promise<void> {
    if (failing-- > 0) throw new Error('not now');
    heard.push(`${instanceId} ${correlationId}`);
  }
}

describe('A durable listener', () => {
  const start = async (app: Parameters<typeof runnerOf>[0], correlationId: string) => {
    const runner = runnerOf(app);
    const id = await runner.startWorkflow('shop.order', null, {}, { correlationId });
    await runner.waitForCompletion(id, { timeoutMs: 5_000 });
    return `${id} ${correlationId}`;
  };

  it('hears over restarts of what happened while it was not there, and of nothing twice', async () => {
    const store = new MemoryStore({ clock: new SystemClock() });
    const first = await lab.boot({ providers: [Durable] }, { store, workflows });
    const one = await start(first, 'one');
    await completed(first, 'bank.loan');
    await until(() => heard.length > 0);
    await first.close();

    const deaf = await lab.boot({}, { store, workflows });
    const two = await start(deaf, 'two');
    await deaf.close();

    const second = await lab.boot({ providers: [Durable] }, { store, workflows });
    const three = await start(second, 'three');
    await until(() => heard.length > 2);
    expect(heard).toEqual([one, two, three]);
  });

  it('hears again of what it has failed to take, and then of the rest', async () => {
    const components = { lifecycle: { pollIntervalMs: 5 } };
    const app = await lab.boot({ providers: [Durable] }, { workflows, components });
    failing = 2;
    const both = [await start(app, 'one'), await start(app, 'two')];
    await until(() => heard.length > 1);
    expect(heard).toEqual(both);
  });
});
