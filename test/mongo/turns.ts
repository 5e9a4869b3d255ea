import type { MongoDriver } from '../../libs/store/src/mongo/driver.js';

/** One of those whose calls take turns. */
class Player {
  private readonly waiting: (() => void)[] = [];
  private underWay = 0;
  private isOpen = true;
  private noted: (() => void) | null = null;

  readonly intercept = (driver: MongoDriver): MongoDriver =>
    new Proxy(driver, {
      get: (target, name: keyof MongoDriver) => {
        const call = (target[name] as (...parts: unknown[]) => unknown).bind(target);
        const isFree = name === 'watch' || name === 'serverTime' || name === 'createIndex';
        return isFree ? call : (...parts: unknown[]) => this.inTurn(() => call(...parts));
      },
    });

  close(): void {
    this.isOpen = false;
  }

  open(): void {
    this.isOpen = true;
    for (const go of this.waiting.splice(0)) go();
  }

  /** Lets its next call through and waits until it has been answered. @returns false: it makes none */
  async step(isDone: () => boolean): Promise<boolean> {
    while (this.waiting.length === 0) {
      if (isDone()) return false;
      await this.note();
    }
    this.waiting.shift()?.();
    while (this.underWay > 0) await this.note();
    return true;
  }

  /** Something has happened that `step` may wait for. */
  wake(): void {
    this.noted?.();
  }

  private async inTurn(call: () => unknown): Promise<unknown> {
    await this.turn();
    try {
      return await call();
    } finally {
      this.underWay -= 1;
      // What it does next is on its way when the others go on.
      setImmediate(() => this.wake());
    }
  }

  /** From the moment it is let go a call is under way. */
  private turn(): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        this.underWay += 1;
        resolve();
      };
      if (this.isOpen) return go();
      this.waiting.push(go);
      this.wake();
    });
  }

  private note(): Promise<void> {
    return new Promise((resolve) => (this.noted = resolve));
  }
}

/** Lets the driver calls of several stores through one at a time, in an order that the test names. */
export class Turns {
  private readonly players = new Map<string, Player>();

  player(name: string): (driver: MongoDriver) => MongoDriver {
    const player = new Player();
    this.players.set(name, player);
    return player.intercept;
  }

  /**
   * Runs one operation of each player. A letter of the order is one call of the player whose name begins with it; one who
   * makes no more calls is passed over, and behind the order they go on freely.
   */
  async play(order: string, operations: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
    const done = new Set<string>();
    for (const player of this.players.values()) player.close();
    const running = Object.entries(operations).map(([name, operation]) =>
      operation().finally(() => {
        done.add(name);
        this.players.get(name)?.wake();
      }),
    );
    for (const letter of order) {
      const name = Object.keys(operations).find((one) => one.startsWith(letter));
      if (name !== undefined) await this.players.get(name)?.step(() => done.has(name));
    }
    for (const player of this.players.values()) player.open();
    await Promise.all(running);
  }
}

/** Every order of so many calls of one and so many of another. */
export function everyOrder(a: string, timesA: number, b: string, timesB: number): string[] {
  if (timesA === 0) return [b.repeat(timesB)];
  if (timesB === 0) return [a.repeat(timesA)];
  const first = (letter: string, rest: string[]): string[] => rest.map((order) => letter + order);
  return [
    ...first(a, everyOrder(a, timesA - 1, b, timesB)),
    ...first(b, everyOrder(a, timesA, b, timesB - 1)),
  ];
}
