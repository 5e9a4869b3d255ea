import type { Logger, StoreHealth } from '@workflow-runner/contract';

/** Whether the codec encodes. While it does not, nothing can be written: the store is degraded. */
export class CodecCondition {
  private failingSince: number | null = null;

  constructor(
    private readonly now: () => number,
    private readonly logger: Logger,
  ) {}

  works(): void {
    if (this.failingSince === null) return;
    this.failingSince = null;
    this.logger.info('codec.works-again');
  }

  fails(cause: unknown): void {
    if (this.failingSince !== null) return;
    this.failingSince = this.now();
    this.logger.warn('codec.encode-failed', {
      error: cause instanceof Error ? cause.message : String(cause),
    });
  }

  /** What a store with this health has to say with this codec. */
  over(health: StoreHealth): StoreHealth {
    if (this.failingSince === null || health.status !== 'healthy') return health;
    return { status: 'degraded', detail: 'The payload codec does not encode', since: this.failingSince };
  }
}
