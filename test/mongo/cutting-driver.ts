import { StoreUnavailableError } from '@workflow-runner/contract';
import type { MongoDriver } from '../../libs/store/src/mongo/driver.js';

/**
 * Between a store and its server: lets a number of calls through, then is silent for good, as a process that was killed. The
 * last call reaches the server or does not; either way there is no answer.
 */
export class CuttingDriver {
  /** Calls, by name and collection, since it was armed. */
  readonly calls: string[] = [];
  private left = Infinity;
  private name: string | null = null;
  private when: 'before' | 'after' = 'before';
  private isCut = false;

  /** Cuts at the so-manieth call from now, 1 for the next one. */
  arm(call: number, when: 'before' | 'after'): void {
    this.calls.length = 0;
    this.left = call;
    this.when = when;
  }

  /** Cuts at the next call of this name on this collection, such as `updateOne slots`. */
  armAt(name: string, when: 'before' | 'after'): void {
    this.arm(Infinity, when);
    this.name = name;
  }

  get wasCut(): boolean {
    return this.isCut;
  }

  readonly intercept = (driver: MongoDriver): MongoDriver =>
    new Proxy(driver, {
      get: (target, name: keyof MongoDriver) => {
        const call = (target[name] as (...parts: unknown[]) => unknown).bind(target);
        return name === 'watch' ? call : (...parts: unknown[]) => this.through(name, parts, call);
      },
    });

  private async through(
    name: string,
    parts: readonly unknown[],
    call: (...parts: unknown[]) => unknown,
  ): Promise<unknown> {
    if (this.isCut) throw cut();
    const called = `${name} ${String(parts[0])}`;
    this.calls.push(called);
    this.left -= 1;
    if (this.left > 0 && called !== this.name) return call(...parts);
    this.isCut = true;
    if (this.when === 'after') await call(...parts);
    throw cut();
  }
}

function cut(): StoreUnavailableError {
  return new StoreUnavailableError('This process was cut off');
}
