import type { Draft } from '../decide/draft.js';
import { isAsleep } from '../decide/rest.js';
import { PointerStatus } from '../authoring/workflow-es.js';
import type { Pointer } from '../state/pointer.js';
import type { Image } from './instance-runner.js';
import type { HostServices } from './services.js';
import type { Cancellable } from './timers.js';

/** The moments a running instance waits for: its pointers' own and its deadline. */
export class Sleepers {
  /** Some pointer may have gone to sleep since the last look. */
  changed = false;
  private alarm: Cancellable | null = null;

  constructor(
    private readonly services: HostServices,
    private readonly image: Image,
    private readonly onTime: () => void,
  ) {}

  isPastDeadline(): boolean {
    const { deadlineAt } = this.image.record;
    return deadlineAt !== null && this.services.store.now() >= deadlineAt;
  }

  /** Wakes the pointers whose time has come, and sets the alarm for the next moment. @returns those woken */
  wake(draft: Draft): Pointer[] {
    const woken: Pointer[] = [];
    const { deadlineAt } = this.image.record;
    let next = deadlineAt !== null && !this.image.state.flow.ending ? deadlineAt : Infinity;
    for (const pointer of this.image.state.pointers.values()) {
      if (!isAsleep(pointer.status) || pointer.sleepUntil === null || !pointer.isOpen) continue;
      if (pointer.sleepUntil > draft.now) next = Math.min(next, pointer.sleepUntil);
      else woken.push(wakeUp(draft, pointer));
    }
    this.changed = false;
    this.stop();
    if (next < Infinity) this.alarm = this.services.timers.at(next, this.onTime);
    return woken;
  }

  stop(): void {
    this.alarm?.cancel();
    this.alarm = null;
  }
}

function wakeUp(draft: Draft, pointer: Pointer): Pointer {
  draft.dropSubscription(pointer);
  pointer.status = PointerStatus.Pending;
  pointer.active = true;
  pointer.sleepUntil = null;
  pointer.readyAt = draft.now;
  draft.touch(pointer);
  return pointer;
}
