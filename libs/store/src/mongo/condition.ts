import { FailureLog, SilentLogger, type Logger, type StoreHealth } from '@workflow-runner/contract';

/** closed -> healthy (the server answered) <-> degraded (it does not, or not as it should) -> closed. */
export class Condition {
  private current: StoreHealth = { status: 'closed', detail: null, since: 0 };
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

  healthy(): void {
    if (this.current.status === 'healthy') return;
    this.log.worked();
    this.current = { status: 'healthy', detail: null, since: this.now() };
  }

  degraded(detail: string): void {
    this.log.failed(detail);
    if (this.current.detail === detail) return;
    const since = this.current.status === 'degraded' ? this.current.since : this.now();
    this.current = { status: 'degraded', detail, since };
  }

  closed(): void {
    this.current = { status: 'closed', detail: null, since: this.now() };
  }
}
