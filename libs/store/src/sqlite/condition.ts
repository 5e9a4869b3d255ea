import { FailureLog, SilentLogger, type Logger, type StoreHealth } from '@workflow-runner/contract';

/** What shows that a trouble is over: a lock that was got, or something that was written. */
export type MendedBy = 'lock' | 'write';

/** closed -> healthy (opened) <-> degraded (an operation could not be carried out / one could again) -> closed. */
export class Condition {
  private current: StoreHealth = { status: 'closed', detail: null, since: 0 };
  private mendedBy: MendedBy = 'lock';
  private readonly log: FailureLog;

  constructor(
    private readonly now: () => number,
    logger: Logger = new SilentLogger(),
  ) {
    this.log = new FailureLog(logger, () => performance.now(), 'store.failed');
  }

  get health(): StoreHealth {
    return this.current;
  }

  get isDegraded(): boolean {
    return this.current.status === 'degraded';
  }

  /** A transaction was carried out. One that changes nothing succeeds on a full disk, too. */
  worked(wrote: boolean): void {
    if (!this.isDegraded || (this.mendedBy === 'write' && !wrote)) return;
    this.healthy();
  }

  healthy(): void {
    if (this.current.status === 'healthy') return;
    this.log.worked();
    this.current = { status: 'healthy', detail: null, since: this.now() };
  }

  degraded(detail: string, mendedBy: MendedBy = 'write'): void {
    this.log.failed(detail);
    this.mendedBy = mendedBy;
    if (this.current.detail === detail) return;
    const since = this.isDegraded ? this.current.since : this.now();
    this.current = { status: 'degraded', detail, since };
  }

  closed(): void {
    this.current = { status: 'closed', detail: null, since: this.now() };
  }
}
