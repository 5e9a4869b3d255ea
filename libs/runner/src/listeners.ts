import { TELLINGS, type AttemptFacts, type Logger, type Telling } from '@workflow-runner/contract';
import type { LocalTelling } from '@workflow-runner/engine';

/** What a listener is told: one thing that has become durable in this process. */
export interface RunnerTelling {
  readonly event: Telling;
  readonly instanceId: string;
  /** Full id, `nameSpace.name@version`. */
  readonly workflowId: string;
  readonly tenantId: string | null;
  readonly correlationId: string | null;
  readonly revision: number;
  /** Store time of the commit. */
  readonly at: Date;
  /** The attempt that ended with it. */
  readonly attempt: AttemptFacts | null;
}

export type RunnerListener = (telling: RunnerTelling) => void | Promise<void>;

/** Listeners inside this process, best effort: whatever they do, the instance is not touched. */
export class Listeners {
  private readonly byEvent = new Map<Telling, Set<RunnerListener>>();
  private calls = 0;

  constructor(private readonly logger: Logger) {}

  /** A listener has been called and has not answered. */
  get areAtWork(): boolean {
    return this.calls > 0;
  }

  /** @throws {TypeError} there is no such event */
  add(event: Telling, listener: RunnerListener): void {
    if (!TELLINGS.includes(event))
      throw new TypeError(`${String(event)} is not one of ${TELLINGS.join(', ')}`);
    const listeners = this.byEvent.get(event) ?? new Set();
    this.byEvent.set(event, listeners.add(listener));
  }

  remove(event: Telling, listener: RunnerListener): void {
    const listeners = this.byEvent.get(event);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.byEvent.delete(event);
  }

  tell({ runner, revision, entry, at }: LocalTelling): void {
    if (this.byEvent.size === 0) return;
    const { id: instanceId, workflowId, tenantId, correlationId } = runner.record;
    for (const event of entry.tell) {
      const facts = {
        event,
        instanceId,
        workflowId,
        tenantId,
        correlationId,
        revision,
        attempt: entry.attempt,
      };
      for (const listener of [...(this.byEvent.get(event) ?? [])]) {
        void this.call(listener, { ...facts, at: new Date(at) });
      }
    }
  }

  private async call(listener: RunnerListener, telling: RunnerTelling): Promise<void> {
    this.calls += 1;
    try {
      await listener(telling);
    } catch (error) {
      const { event, instanceId } = telling;
      const message = error instanceof Error ? error.message : String(error);
      this.logger.warn('listener.failed', { event, instanceId, error: message });
    } finally {
      this.calls -= 1;
    }
  }
}
