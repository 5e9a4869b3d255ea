import { decode, InvalidOptionsError, NotInitializedError, type Store } from '@workflow-runner/contract';
import { Event, EventSubscription, type IPersistenceProvider } from 'workflow-es';
import type { WorkflowInstance } from '../authoring/workflow-es.js';
import { stateOf } from '../state/state-of.js';
import { keyText } from '../decide/waits.js';
import type { EsHost } from './es-host.js';
import { esInstanceOf } from './es-instance.js';

/** Instances asked for in one page. */
const PAGE = 500;

/**
 * workflow-es's persistence provider over one of our stores. Questions are answered from the store; a new workflow
 * and a new event are handed to the host and get their ids there. What the engine alone may write is refused: it
 * belongs to the commit of a decision, and writing it apart is how workflow-es lost subscriptions.
 */
export class StorePersistenceProvider implements IPersistenceProvider {
  #host: EsHost | null = null;

  /** The configuration that uses this provider opens the store at `start` and closes it at `stop`. */
  constructor(readonly store: Store) {}

  /** Called by the configuration that uses this provider. */
  attach(host: EsHost): void {
    this.#host = host;
  }

  /** Starts the instance; its id is set on the object. */
  async createNewWorkflow(instance: WorkflowInstance): Promise<string> {
    const { workflowDefinitionId, version } = instance;
    instance.id = await this.#attached().startWorkflow(
      workflowDefinitionId,
      version,
      instance.data as unknown,
    );
    return instance.id;
  }

  /** Undefined when unknown, as workflow-es's memory provider answers. */
  async getWorkflowInstance(workflowId: string): Promise<WorkflowInstance> {
    const loaded = await this.store.load(workflowId);
    return (loaded ? esInstanceOf(loaded) : undefined) as WorkflowInstance;
  }

  /** Ids of instances that are due or being run. */
  async getRunnableInstances(): Promise<string[]> {
    const now = this.store.now();
    const ids: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await this.store.list(
        { status: ['pending', 'running', 'waiting'] },
        { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
      );
      const due = page.items.filter(
        ({ owner, wakeAt }) => owner !== null || (wakeAt !== null && wakeAt <= now),
      );
      ids.push(...due.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    return ids;
  }

  async getSubscriptions(eventName: string, eventKey: unknown, asOf: Date): Promise<EventSubscription[]> {
    const found = await this.store.subscriptions({ name: eventName, key: keyText(eventKey) });
    const matching = found.filter((subscription) => subscription.asOf <= asOf.getTime());
    return Promise.all(
      matching.map(async ({ id, instanceId, pointerId, name, key, asOf: from }) =>
        Object.assign(new EventSubscription(), {
          id,
          workflowId: instanceId,
          stepId: await this.#stepOf(instanceId, pointerId),
          eventName: name,
          eventKey: key,
          subscribeAsOf: new Date(from),
        }),
      ),
    );
  }

  /** Publishes the event; its id is set on the object. */
  async createEvent(event: Event): Promise<string> {
    const time = event.eventTime?.getTime() ?? null;
    const data: unknown = event.eventData;
    const command = { name: event.eventName, key: keyText(event.eventKey), data, time };
    event.id = (await this.#attached().operations.publish(command)).id;
    return event.id;
  }

  /** Undefined when unknown. `isProcessed`: it was delivered to all who waited. */
  async getEvent(id: string): Promise<Event> {
    const stored = await this.store.event(null, id);
    if (!stored) return undefined as unknown as Event;
    return Object.assign(new Event(), {
      id,
      eventName: stored.name,
      eventKey: stored.key,
      eventData: decode(stored.data),
      eventTime: new Date(stored.time),
      isProcessed: stored.time <= this.store.now(),
    });
  }

  /** None: publishing delivers, and the store itself delivers what was published for later. */
  getRunnableEvents(): Promise<string[]> {
    return Promise.resolve([]);
  }

  persistWorkflow(): Promise<void> {
    return refuse('persistWorkflow');
  }

  createEventSubscription(): Promise<void> {
    return refuse('createEventSubscription');
  }

  terminateSubscription(): Promise<void> {
    return refuse('terminateSubscription');
  }

  markEventProcessed(): Promise<void> {
    return refuse('markEventProcessed');
  }

  markEventUnprocessed(): Promise<void> {
    return refuse('markEventUnprocessed');
  }

  getEvents(): Promise<string[]> {
    return refuse('getEvents');
  }

  async #stepOf(instanceId: string, pointerId: string): Promise<number> {
    const loaded = await this.store.load(instanceId);
    if (!loaded) return -1;
    return stateOf(loaded, null).pointers.get(pointerId)?.stepId ?? -1;
  }

  #attached(): EsHost {
    if (this.#host) return this.#host;
    throw new NotInitializedError(
      'This persistence provider',
      'hand it to usePersistence() and call getHost()',
    );
  }
}

function refuse(method: string): Promise<never> {
  const problem = 'is the business of the engine, which writes it with the decision it belongs to';
  return Promise.reject(new InvalidOptionsError(method, problem));
}
