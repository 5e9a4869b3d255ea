import { encode } from '@workflow-runner/contract';
import {
  ChildGoneError,
  ChildRefusedError,
  type CrashChild,
  type SeededRandom,
} from '@workflow-runner/testing/crash-kit';
import type { Lab } from './lab.js';
import {
  event,
  eventsFor,
  randomStart,
  type EventRequest,
  type StartAnswer,
  type StartRequest,
} from './requests.js';
import { pause } from './until.js';

/**
 * The world outside: asks for starts and publishes events while processes die under it. What was acknowledged is
 * written down; what was not is asked for again under the same key or id, until it is.
 */
export class Driver {
  /** Every start that was ever asked for, in order. */
  readonly starts: StartRequest[] = [];
  /** Instance ids of the acknowledged ones, by key. */
  readonly accepted = new Map<string, string>();
  /** Starts that were stored although their first answer was lost. */
  lostAnswers = 0;
  private readonly events: EventRequest[] = [];
  private readonly published = new Set<string>();

  constructor(
    private readonly lab: Lab,
    private readonly random: SeededRandom,
  ) {}

  get unanswered(): StartRequest[] {
    return this.starts.filter(({ key }) => !this.accepted.has(key));
  }

  /** Makes up new requests. */
  invent(count: number): void {
    for (let more = 0; more < count; more += 1) {
      this.add(randomStart(this.random, this.starts.length));
    }
  }

  add(request: StartRequest): void {
    this.starts.push(request);
    this.events.push(...eventsFor(request));
  }

  /** Asks for all that has no answer yet, at once, as different callers would. */
  async askForStarts(child: CrashChild): Promise<void> {
    await Promise.all(this.unanswered.map((request) => this.start(child, request)));
  }

  /** Publishes up to `most` events: through the process, or `anywhere`, which is half of them straight into the file. */
  async publish(child: CrashChild, where: 'child' | 'anywhere', most: number): Promise<void> {
    await this.callForWaiting();
    const open = this.random.shuffle(this.events.filter(({ id }) => !this.published.has(id))).slice(0, most);
    for (const one of open) {
      if (child.isGone) return;
      await this.publishOne(child, where, one);
      await pause(this.random.int(0, 8));
    }
  }

  get unpublished(): number {
    return this.events.length - this.published.size;
  }

  private async start(child: CrashChild, request: StartRequest): Promise<void> {
    try {
      const { instanceId, repeated } = await child.ask<StartAnswer>('start', request);
      this.accepted.set(request.key, instanceId);
      if (repeated) this.lostAnswers += 1;
    } catch (error) {
      if (!hasNoAnswer(error)) throw error;
    }
  }

  private async publishOne(
    child: CrashChild,
    where: 'child' | 'anywhere',
    request: EventRequest,
  ): Promise<void> {
    try {
      if (where === 'child' || this.random.int(0, 1) === 0) await child.ask('publish', request);
      else await this.publishHere(request);
      this.published.add(request.id);
    } catch (error) {
      if (!hasNoAnswer(error)) throw error;
    }
  }

  private async publishHere({ data, ...request }: EventRequest): Promise<void> {
    const text = encode(data, 'eventData', { plainRoot: true });
    await this.lab.store.publish([
      { ...request, data: text, tenantId: null, time: null, correlationId: null },
    ]);
  }

  /** Some waits take only what is published while they stand. */
  private async callForWaiting(): Promise<void> {
    const known = new Set(this.events.map(({ id }) => id));
    for (const { key } of await this.lab.store.subscriptions({ name: 'called' })) {
      const call = event('called', key);
      if (!known.has(call.id)) this.events.push(call);
    }
  }
}

/** What was asked may have happened or not. */
function hasNoAnswer(error: unknown): boolean {
  return (
    error instanceof ChildGoneError ||
    (error instanceof ChildRefusedError && error.code === 'STORE_UNAVAILABLE')
  );
}
