import type { Draft } from '../decide/draft.js';
import { isAsleep } from '../decide/rest.js';
import { PointerStatus } from '../authoring/workflow-es.js';
import type { Pointer } from '../state/pointer.js';
import type { Image } from './image.js';
import type { HostServices } from './services.js';
import type { Cancellable } from './timers.js';

/** The moments a running instance waits for: its pointers' own and its deadline. */
export class Sleepers {
  private alarm: Cancellable | null = null;
  private alarmAt = Infinity;
  /** Earliest moment of the pointers that went to sleep with commits under way. */
  private noted = Infinity;

  constructor(
    private readonly services: HostServices,
    private readonly image: Image,
    private readonly onTime: () => void,
  ) {}

  isPastDeadline(): boolean {
    const { deadlineAt } = this.image.record;
    return deadlineAt !== null && this.services.store.now() >= deadlineAt;
  }

  /** A pointer goes to sleep with the commit that is being made. */
  note(at: number | null): void {
    if (at !== null && at < this.noted) this.noted = at;
  }

  /** A commit is durable: the alarm goes off for those who went to sleep with it, too. */
  arm(): void {
    if (this.noted < this.alarmAt) this.setAlarm(this.noted);
    this.noted = Infinity;
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
    this.noted = Infinity;
    this.stop();
    if (next < Infinity) this.setAlarm(next);
    return woken;
  }

  private setAlarm(at: number): void {
    this.alarm?.cancel();
    this.alarmAt = at;
    this.alarm = this.services.timers.at(at, () => {
      this.alarm = null;
      this.alarmAt = Infinity;
      this.onTime();
    });
  }

  stop(): void {
    this.alarm?.cancel();
    this.alarm = null;
    this.alarmAt = Infinity;
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
