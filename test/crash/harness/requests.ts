import type { SeededRandom } from '@workflow-runner/testing/crash-kit';

/** A start that somebody asks for until it is acknowledged; its key makes asking twice harmless. */
export interface StartRequest {
  readonly key: string;
  readonly workflow: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventRequest {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface StartAnswer {
  readonly instanceId: string;
  readonly repeated: boolean;
}

/** Workflows of `child/workflows.mjs` that are started at random; named twice, twice as often. */
const MIXED = ['sequence', 'parallel', 'foreach', 'while', 'saga', 'approval', 'approval', 'call', 'delays'];

/** Events for waits that also take what was published before them; for the others something nobody waits for. */
const EARLY_EVENTS: Readonly<Record<string, readonly string[]>> = { approval: ['approved', 'paid'] };
const UNHEARD = ['unheard'];

export function randomStart(random: SeededRandom, number: number): StartRequest {
  const key = `k${number}`;
  const items = Array.from({ length: random.int(0, 4) }, (_, index) => index + 1);
  const data = {
    key,
    items,
    turns: random.int(0, 4),
    fails: random.int(0, 1) === 1,
    delayMs: random.int(1, 400),
  };
  return { key, workflow: random.pick(MIXED), data };
}

/** The events that a start will wait for and that may be published at any time. */
export function eventsFor({ workflow, key }: StartRequest): EventRequest[] {
  return (EARLY_EVENTS[workflow] ?? UNHEARD).map((name) => event(name, key));
}

export function event(name: string, key: string): EventRequest {
  return { id: `${name}-${key}`, name, key, data: { name, key } };
}
