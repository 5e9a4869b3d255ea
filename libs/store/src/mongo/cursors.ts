import type { Store } from '@workflow-runner/contract';
import type { MongoDriver } from './driver.js';
import type { Base } from './parts.js';

/** How far each sink has come. */
export class Cursors implements Pick<Store, 'cursor' | 'saveCursor'> {
  private readonly driver: MongoDriver;

  constructor({ driver }: Pick<Base, 'driver'>) {
    this.driver = driver;
  }

  async cursor(sink: string): Promise<number> {
    return (await this.driver.findOne('cursors', { _id: sink }))?.p ?? 0;
  }

  async saveCursor(sink: string, position: number): Promise<void> {
    const save = (): Promise<boolean> =>
      this.driver.updateOne('cursors', { _id: sink }, { $set: { p: position } }, { upsert: true });
    // False: somebody else has inserted it at that moment.
    if (!(await save())) await save();
  }
}
