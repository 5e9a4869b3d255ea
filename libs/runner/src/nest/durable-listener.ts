import type { Publication } from '@workflow-runner/contract';
import type { Sink } from '@workflow-runner/engine';
import type { RunnerTelling } from '../listeners.js';
import { matchesWorkflow } from '../workflow-pattern.js';
import type { FoundListener } from './listener-discovery.js';

/** Calls methods with what the relay hands over; one that throws hears the same again, and then what follows. */
export class DurableListener implements Sink {
  /** Position of the last publication all methods have heard of. */
  private heard = 0;

  constructor(
    readonly name: string,
    private readonly listeners: readonly FoundListener[],
  ) {}

  async deliver(publications: readonly Publication[]): Promise<void> {
    for (const publication of publications) {
      if (publication.position <= this.heard) continue;
      for (const event of publication.tell) {
        const telling = tellingOf(publication, event);
        for (const found of this.listeners) {
          if (found.event === event && matchesWorkflow(found.workflow, telling.workflowId)) {
            await found.listener(telling);
          }
        }
      }
      this.heard = publication.position;
    }
  }
}

function tellingOf(publication: Publication, event: RunnerTelling['event']): RunnerTelling {
  const { instanceId, workflowId, tenantId, correlationId, revision, attempt, at } = publication;
  return { event, instanceId, workflowId, tenantId, correlationId, revision, attempt, at: new Date(at) };
}
