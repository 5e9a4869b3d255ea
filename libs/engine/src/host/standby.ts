import { rankOf, type InstanceRecord, type LoadedInstance } from '@workflow-runner/contract';
import type { WorkflowLimits } from '../definition/workflow-limits.js';
import { Alarm } from './alarm.js';
import type { Admitted } from './admit.js';
import type { Image } from './image.js';
import type { InstanceRunner } from './instance-runner.js';
import { RunningMarks } from './running-marks.js';
import type { HostServices } from './services.js';

export interface StandbyOwner {
  readonly isRunning: boolean;
  /** A lane is free, and nothing waits for it in the store. */
  hasLane(): boolean;
  limits(): WorkflowLimits;
  run(image: Image, inbox: LoadedInstance['inbox'], adopts: boolean): InstanceRunner | null;
  giveBack(records: readonly InstanceRecord[]): Promise<void>;
}

/**
 * Instances of this node that sleep until a moment close by. They were claimed and read while nothing hurried, so that at
 * their moment nothing is left to do but to run them.
 *
 *   claimed ahead ──▶ standing by ──its moment, or mail──▶ running, or given back
 *
 * They hold no lane: what is due takes it. One that finds none at its moment is given back, and waits in the store for its
 * turn among what is due.
 */
export class Standby {
  private readonly ready = new Map<string, Admitted>();
  private readonly alarm: Alarm;
  private readonly marks: RunningMarks;

  constructor(
    private readonly services: HostServices,
    private readonly owner: StandbyOwner,
  ) {
    const { clock, store } = services;
    const now = (): number => store.now();
    this.alarm = new Alarm(clock, now, () => this.ring());
    this.marks = new RunningMarks(services);
  }

  get size(): number {
    return this.ready.size;
  }

  has(instanceId: string): boolean {
    return this.ready.has(instanceId);
  }

  add(one: Admitted): void {
    if (!this.owner.isRunning) return void this.owner.giveBack([one.image.record]);
    this.ready.set(one.image.record.id, one);
    this.alarm.at(momentOf(one));
  }

  drop(instanceId: string): void {
    this.ready.delete(instanceId);
  }

  clear(): void {
    this.ready.clear();
    this.alarm.clear();
    this.marks.clear();
  }

  /** Before the node stops: at their moment others may have them. */
  giveBackAll(): Promise<void> {
    const records = [...this.ready.values()].map(({ image }) => image.record);
    this.ready.clear();
    this.alarm.clear();
    return this.owner.giveBack(records);
  }

  /**
   * Mail has come for one before its time: its runner sees what is to be done, and sleeps on if there is nothing.
   * @returns false: it does not stand by
   */
  rouse({ record, inbox }: Pick<LoadedInstance, 'record' | 'inbox'>): boolean {
    const one = this.ready.get(record.id);
    if (!one) return false;
    this.ready.delete(record.id);
    const roused = { ...one, image: { ...one.image, record } };
    if (this.begin(roused, inbox)) void this.marks.say();
    else void this.owner.giveBack([record]);
    return true;
  }

  private ring(): void {
    const now = this.services.store.now();
    const due: Admitted[] = [];
    let next = Infinity;
    for (const one of this.ready.values()) {
      if (momentOf(one) <= now) due.push(one);
      else next = Math.min(next, momentOf(one));
    }
    for (const { image } of due) this.ready.delete(image.record.id);
    if (next < Infinity) this.alarm.at(next);
    due.sort((a, b) => rankOfOne(a) - rankOfOne(b));
    const left = due.filter((one) => !this.begin(one, []));
    if (left.length > 0) void this.owner.giveBack(left.map(({ image }) => image.record));
  }

  /** @returns false: it cannot begin here and now */
  private begin({ image, adopts }: Admitted, inbox: LoadedInstance['inbox']): boolean {
    const { record, definition } = image;
    // A pause or an end needs no lane.
    if (!this.owner.hasLane() && !record.control) return false;
    const isAsClaimed = this.services.registry.byWorkflowId(record.workflowId) === definition;
    if (!isAsClaimed || this.owner.limits().of(record) !== null) return false;
    const runner = this.owner.run({ ...image, record: { ...record, status: 'running' } }, inbox, adopts);
    if (runner) this.marks.add(runner);
    return true;
  }
}

function momentOf({ image }: Admitted): number {
  return image.record.wakeAt ?? 0;
}

function rankOfOne(one: Admitted): number {
  return rankOf(momentOf(one), one.image.record.priority);
}
