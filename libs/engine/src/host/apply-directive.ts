import type { AttemptStatus } from '@workflow-runner/contract';
import { ExecutionPipelineDirective, PointerStatus } from '../authoring/workflow-es.js';
import type { Draft } from '../decide/draft.js';
import { waitForEvent } from '../decide/waits.js';
import type { Pointer } from '../state/pointer.js';
import type { HookResult } from './hooks.js';

/** How long a step that defers itself without a subscription is left alone, in ms. */
const DEFER_MS = 1_000;

/** A custom step class took its execution over: it waits for something, or ends the whole instance. */
export function applyDirective(draft: Draft, pointer: Pointer, hook: HookResult): AttemptStatus {
  draft.touch(pointer);
  if (hook.directive === ExecutionPipelineDirective.EndWorkflow) {
    for (const other of [...draft.state.pointers.values()]) draft.remove(other);
    draft.ended = 'completed';
    return 'completed';
  }
  const [subscription] = hook.collected.subscriptions;
  if (subscription) {
    const eventKey: unknown = subscription.eventKey;
    waitForEvent(draft, pointer, subscription.eventName, eventKey, subscription.subscribeAsOf);
    return 'waiting';
  }
  pointer.status = PointerStatus.Sleeping;
  pointer.active = true;
  pointer.sleepUntil = draft.now + DEFER_MS;
  return 'sleeping';
}
