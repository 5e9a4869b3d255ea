import type { Hint } from '@workflow-runner/contract';
import type { Base } from './parts.js';

export interface HintSources {
  /** Of each node that lives here the newest ring that it has been told of. */
  readonly toldRings: () => ReadonlyMap<string, number>;
  readonly nextDueAt: () => Promise<number | null>;
  readonly isSlotFree: () => Promise<boolean>;
}

/** What has changed since the last look that this process should know. */
export class HintLook {
  /** Other nodes live, so that somebody may write what this process does not know. */
  hasOthers = false;
  private readonly hinted = new Map<string, number>();
  private lastDueAt: number | null = null;

  constructor(
    private readonly base: Pick<Base, 'driver' | 'now'>,
    private readonly sources: HintSources,
  ) {}

  /** @param isPoked the server says that something was written: what is due then may be new although its moment is not */
  async look(isPoked: boolean): Promise<Hint[]> {
    const [isRung, isDue, isSlotFree] = await Promise.all([
      this.isRung(),
      this.isDue(isPoked),
      this.sources.isSlotFree(),
    ]);
    return [...(isRung ? (['mail'] as const) : []), ...(isDue || isSlotFree ? (['due'] as const) : [])];
  }

  /** A beat that has told of a ring makes a hint of it superfluous, not the other way round: a hint may be lost. */
  private async isRung(): Promise<boolean> {
    const told = this.sources.toldRings();
    const alive = await this.base.driver.find('nodes', { state: 'alive' }, { projection: { ring: 1 } });
    this.hasOthers = alive.some(({ _id }) => !told.has(_id));
    const rung = alive.filter(
      ({ _id, ring }) => told.has(_id) && ring !== told.get(_id) && ring !== this.hinted.get(_id),
    );
    for (const { _id, ring } of rung) this.hinted.set(_id, ring);
    return rung.length > 0;
  }

  private async isDue(isPoked: boolean): Promise<boolean> {
    const before = this.lastDueAt;
    const next = await this.sources.nextDueAt();
    this.lastDueAt = next;
    if (next === null) return false;
    return next !== before || (isPoked && next <= this.base.now());
  }
}
