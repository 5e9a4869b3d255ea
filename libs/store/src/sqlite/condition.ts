import type { Logger, StoreHealth } from '@workflow-runner/contract';

/** closed -> healthy (opened) <-> degraded (an operation could not be carried out / one could again) -> closed. */
export class Condition {
  private current: StoreHealth = { status: 'closed', detail: null, since: 0 };

  constructor(
    private readonly now: () => number,
    private readonly logger: Logger | undefined,
  ) {}

  get health(): StoreHealth {
    return this.current;
  }

  get isDegraded(): boolean {
    return this.current.status === 'degraded';
  }

  healthy(): void {
    if (this.current.status === 'healthy') return;
    if (this.isDegraded) this.logger?.info('The store works again', { detail: this.current.detail });
    this.current = { status: 'healthy', detail: null, since: this.now() };
  }

  degraded(detail: string): void {
    if (this.current.detail === detail) return;
    this.logger?.warn('The store is degraded', { detail });
    const since = this.isDegraded ? this.current.since : this.now();
    this.current = { status: 'degraded', detail, since };
  }

  closed(): void {
    this.current = { status: 'closed', detail: null, since: this.now() };
  }
}
