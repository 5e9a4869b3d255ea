import type { Clock, Commit, ControlRequest, Store } from '@workflow-runner/contract';
import { MongoStore, type MongoDriver } from '@workflow-runner/store/mongo';
import type { MongoServer } from '../servers/mongo/mongo-server.js';
import { testDatabase } from '../servers/mongo/test-database.js';
import type { FaultPlan } from '../sim/faulty-store.js';
import type { Shelf } from '../sim/stores.js';
import { Turnstile, type Tally } from './faults-turnstile.js';
import { byClock } from './mongo-lab.js';

/** A change of which nobody has been told yet whether the server has it. */
type Pending =
  | { readonly method: 'commit'; readonly request: Commit }
  | { readonly method: 'control'; readonly request: ControlRequest };

/**
 * A database of its own that processes come to and go from. Faults happen to the calls that their stores make to the server;
 * that something was written is known at once, whoever hears of it.
 */
export class MongoShelf implements Shelf {
  readonly store: MongoStore;
  private inner!: MongoStore;
  private turnstile!: Turnstile;
  private direct!: MongoDriver;
  private plan: FaultPlan | null = null;
  private readonly pending = new Set<Pending>();

  private constructor(
    private readonly uri: string,
    private readonly clock: Clock,
    private readonly tally: Tally,
    private readonly drop: () => Promise<void>,
  ) {
    const intercept = (driver: MongoDriver): MongoDriver => (this.direct = byClock(clock, driver));
    this.store = new MongoStore({ uri, clock, intercept });
  }

  static async open(server: MongoServer, clock: Clock, tally: Tally): Promise<MongoShelf> {
    const { uri, drop } = testDatabase(server, 'faults');
    const shelf = new MongoShelf(uri, clock, tally, drop);
    await shelf.store.open();
    await shelf.begin();
    return shelf;
  }

  goBy(plan: FaultPlan): Store {
    this.plan = plan;
    return this.noting(this.inner);
  }

  async reopen(): Promise<void> {
    await this.end();
    await this.begin();
  }

  async remove(): Promise<void> {
    await this.end();
    await this.store.close();
    await this.drop();
  }

  private async begin(): Promise<void> {
    const { uri, clock } = this;
    const turnstile = new Turnstile(
      () => this.plan,
      (collection) => this.look(collection),
      this.tally,
    );
    const intercept = (driver: MongoDriver): MongoDriver => turnstile.intercept(byClock(clock, driver));
    this.turnstile = turnstile;
    this.inner = new MongoStore({ uri, clock, intercept });
    await turnstile.open(this.inner);
  }

  private async end(): Promise<void> {
    await this.turnstile.idle();
    await this.inner.close();
    this.plan = null;
  }

  private noting(store: MongoStore): Store {
    const noted = <T>(change: Pending, work: () => Promise<T>): Promise<T> => {
      this.pending.add(change);
      return work().finally(() => this.pending.delete(change));
    };
    return new Proxy(store, {
      get: (target, name) => {
        if (name === 'commit')
          return (request: Commit) => noted({ method: name, request }, () => target.commit(request));
        if (name === 'control')
          return (request: ControlRequest) => noted({ method: name, request }, () => target.control(request));
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  /** Which of the pending changes the server has by now. */
  private async look(collection: unknown): Promise<void> {
    if (collection !== 'instances') return;
    for (const change of [...this.pending]) {
      const doc = await this.direct.findOne('instances', { _id: change.request.instanceId });
      const isWritten =
        change.method === 'commit'
          ? doc !== null && doc.fence === change.request.fence && doc.rev >= change.request.revision
          : doc?.markId === change.request.id;
      if (isWritten && this.pending.delete(change)) this.plan?.done(change.method, [change.request]);
    }
  }
}
