import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as es from 'workflow-es';
import { InvalidOptionsError, NotInitializedError } from '@workflow-runner/contract';
import { SystemClock } from '@workflow-runner/engine';
import * as compat from '@workflow-runner/engine/compat';
import { MemoryStore } from '@workflow-runner/store/memory';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from './harness.js';
import { permanent, Trace, workflow } from './trace.js';

class CollectingLogger {
  readonly lines: string[] = [];
  error = (message: string) => void this.lines.push(`error ${message}`);
  info = (message: string) => void this.lines.push(`info ${message}`);
  log = (message: string) => void this.lines.push(`log ${message}`);
}

const newProvider = () => new compat.StorePersistenceProvider(new MemoryStore({ clock: new SystemClock() }));

describe('the compatibility door', () => {
  it('exports everything that workflow-es exports', () => {
    const missing = Object.keys(es).filter((name) => name !== 'default' && !(name in compat));
    expect(missing).toEqual([]);
  });

  it('is loaded by require from CommonJS, as it is built', async () => {
    const script = "console.log(Object.keys(require('@workflow-runner/engine/compat')).join())";
    const node = [process.execPath, ['--input-type=commonjs', '-e', script]] as const;
    const { stdout } = await promisify(execFile)(...node, {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    });
    expect(stdout.trim().split(',')).toEqual(
      expect.arrayContaining(Object.keys(es).filter((name) => name !== 'default')),
    );
  });

  it('keeps the container of workflow-es: what is bound there is used, and the host is made once', async () => {
    const config = compat.configureWorkflow();
    const logger = new CollectingLogger();
    config.getContainer().rebind(compat.TYPES.ILogger).toConstantValue(logger);
    config.usePersistence(newProvider());
    config.useQueueManager(new compat.SingleNodeQueueProvider());
    config.useLockManager(new compat.SingleNodeLockProvider());
    const host = config.getHost();
    expect(config.getHost()).toBe(host);
    expect(host).toBeInstanceOf(compat.WorkflowHost);
    (host as compat.WorkflowHost).host.services.logger.warn('heard');
    expect(logger.lines).toEqual(['log heard']);
  });

  it('runs on the store that was provided once, without usePersistence', async () => {
    compat.provideStore((clock) => new MemoryStore({ clock }));
    const config = compat.configureWorkflow();
    const host = config.getHost() as compat.WorkflowHost;
    onTestFinished(() => host.stop());
    host.registerWorkflow(workflow('one', (b) => b.startWith(new Trace().step('A'))));
    await host.start();
    const id = await host.startWorkflow('one', 1, { a: 1 });
    await eventually(async () => {
      expect(await host.getWorkflowInstance(id)).toMatchObject({
        status: es.WorkflowStatus.Complete,
        data: { a: 1 },
      });
    });
  });

  it('refuses a provider that is not over a store of ours', () => {
    const config = compat.configureWorkflow();
    config.usePersistence(new es.MemoryPersistenceProvider());
    expect(() => config.getHost()).toThrow(InvalidOptionsError);
  });

  it('refuses at registration what is no workflow, and at start what is not registered', async () => {
    const config = compat.configureWorkflow();
    config.usePersistence(newProvider());
    const host = config.getHost() as compat.WorkflowHost;
    onTestFinished(() => host.stop());
    await host.start();
    expect(() => host.registerWorkflow(workflow('empty', () => undefined))).toThrow(/empty/);
    await expect(host.startWorkflow('unknown', 1, {})).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' });
  });

  it('stops and starts again as often as it is told, in the order it is told', async () => {
    const provider = newProvider();
    const config = compat.configureWorkflow();
    config.usePersistence(provider);
    const host = config.getHost() as compat.WorkflowHost;
    host.registerWorkflow(workflow('one', (b) => b.startWith(new Trace().step('A'))));
    await Promise.all([host.start(), host.stop(), host.start(), host.stop(), host.stop()]);
    expect(provider.store.health().status).toBe('closed');
    void host.start();
    await host.start();
    onTestFinished(() => host.stop());
    const id = await host.startWorkflow('one', 1, {});
    await eventually(async () => expect((await provider.getWorkflowInstance(id)).status).toBe(2));
  });
});

describe('a persistence provider over a store', () => {
  it('knows what is runnable, and answers undefined for what it does not know', async () => {
    const provider = newProvider();
    const config = compat.configureWorkflow();
    config.usePersistence(provider);
    const host = config.getHost() as compat.WorkflowHost;
    onTestFinished(() => host.stop());
    host.registerWorkflow(
      workflow('held', (b) => b.startWith(new Trace().step('A', () => new Promise(() => undefined)))),
    );
    host.registerWorkflow(workflow('broken', (b) => b.startWith(new Trace().failing('F', permanent('no')))));
    await host.start();
    const held = await host.startWorkflow('held', 1, {});
    const broken = await host.startWorkflow('broken', 1, {});
    await eventually(async () => expect((await provider.getWorkflowInstance(broken)).status).toBe(3));
    expect(await provider.getRunnableInstances()).toEqual([held]);
    expect(await provider.getWorkflowInstance('unknown')).toBeUndefined();
    expect(await provider.getEvent('unknown')).toBeUndefined();
    expect(await provider.getRunnableEvents()).toEqual([]);
    await host.host.stop(10);
  });

  it('refuses what only a decision of the engine may write', async () => {
    const provider = newProvider();
    for (const method of ['persistWorkflow', 'createEventSubscription', 'terminateSubscription'] as const) {
      await expect(provider[method]()).rejects.toMatchObject({ code: 'INVALID_OPTIONS', path: method });
    }
    await expect(provider.createNewWorkflow(new es.WorkflowInstance())).rejects.toThrow(NotInitializedError);
  });
});
