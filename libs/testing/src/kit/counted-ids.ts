import { Ids, type Clock } from '@workflow-runner/contract';

/** Version 7 UUIDs of the kit's time and a number that grows: the same in every run of a test. */
export class CountedIds extends Ids {
  private count = 0;

  constructor(private readonly clock: Clock) {
    super();
  }

  next(): string {
    this.count += 1;
    const time = Math.floor(this.clock.now()).toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${this.count.toString(16).padStart(12, '0')}`;
  }
}
