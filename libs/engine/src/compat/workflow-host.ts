import type { ILogger, IPersistenceProvider, IWorkflowHost } from 'workflow-es';
import { InvalidOptionsError } from '@workflow-runner/contract';
import { Operations } from '../host/operations.js';
import { SystemClock, SystemIds, SystemRandom } from '../host/system.js';
import { WorkflowHost as EngineHost } from '../host/workflow-host.js';
import { PlainStepPolicy } from '../policy/plain-step-policy.js';
import { EsHost } from './es-host.js';
import { EsLogger } from './es-logger.js';
import { StorePersistenceProvider } from './store-persistence-provider.js';

/**
 * What `getHost()` gives: workflow-es's host, running on our engine. It opens the store at `start` and closes it at
 * `stop`; between the two it keeps the process alive. Listens to no signal.
 */
export class WorkflowHost extends EsHost implements IWorkflowHost {
  #life: Promise<void> = Promise.resolve();

  /** @throws {InvalidOptionsError} the provider is not one over a store of Workflow Runner */
  constructor(persistence: IPersistenceProvider, logger: ILogger) {
    if (!(persistence instanceof StorePersistenceProvider)) {
      throw new InvalidOptionsError('usePersistence', 'takes a StorePersistenceProvider over an own store');
    }
    const clock = new SystemClock();
    const random = new SystemRandom();
    const host = new EngineHost({
      store: persistence.store,
      clock,
      random,
      ids: new SystemIds(clock),
      logger: new EsLogger(logger),
      policy: new PlainStepPolicy(random),
    });
    super(host, new Operations(host));
    persistence.attach(this);
  }

  start(): Promise<void> {
    return this.#next(async () => {
      await this.host.services.store.open();
      await this.host.start();
    });
  }

  /** Drains and lets go of everything. May be called without awaiting; then a failure is logged. */
  stop(): Promise<void> {
    const stopped = this.#next(async () => {
      await this.host.stop();
      await this.host.services.store.close();
    });
    stopped.catch((error: unknown) => {
      this.host.services.logger.error('host.stop-failed', { error: String(error) });
    });
    return stopped;
  }

  /** One after the other, whether or not the one before went well. */
  #next(step: () => Promise<void>): Promise<void> {
    const next = this.#life.then(step, step);
    this.#life = next.catch(() => undefined);
    return next;
  }
}
