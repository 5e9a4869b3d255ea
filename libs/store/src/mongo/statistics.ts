import type { MinuteStatistics, Store } from '@workflow-runner/contract';
import type { MongoDriver } from './driver.js';
import type { Ledger } from './ledger.js';
import type { Base } from './parts.js';

/** What the ledger has counted by minute and workflow. */
export class Statistics implements Pick<Store, 'statistics'> {
  private readonly driver: MongoDriver;

  constructor(
    { driver }: Pick<Base, 'driver'>,
    private readonly ledger: Pick<Ledger, 'catchUp'>,
  ) {
    this.driver = driver;
  }

  async statistics(since: number): Promise<readonly MinuteStatistics[]> {
    await this.ledger.catchUp();
    const minutes = await this.driver.find(
      'statistics',
      { minute: { $gte: since } },
      { sort: { minute: 1, wf: 1 } },
    );
    return minutes.map(({ minute, wf, started, completed, failed, cancelled, durationMs }) => {
      return { minute, workflowId: wf, started, completed, failed, cancelled, durationMs };
    });
  }
}
