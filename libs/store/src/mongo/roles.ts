import type { NodeIdentity, Store } from '@workflow-runner/contract';
import type { OwnerDoc } from './documents.js';
import type { MongoDriver } from './driver.js';
import type { Base } from './parts.js';

/** Elected roles: a document names the node and epoch that hold one; it falls free with the epoch. */
export class Roles implements Pick<Store, 'hold'> {
  private readonly driver: MongoDriver;

  constructor({ driver }: Pick<Base, 'driver'>) {
    this.driver = driver;
  }

  async hold(role: string, { nodeId, epoch }: NodeIdentity): Promise<boolean> {
    const node = { n: nodeId, e: epoch };
    if (!(await this.isAlive(node))) return false;
    const holder = await this.driver.findOne('roles', { _id: role });
    if (!holder) return this.driver.insertOne('roles', { _id: role, ...node });
    if (holder.n === nodeId && holder.e === epoch) return true;
    if (await this.isAlive(holder)) return false;
    return this.driver.updateOne('roles', { _id: role, n: holder.n, e: holder.e }, { $set: node });
  }

  private async isAlive({ n, e }: OwnerDoc): Promise<boolean> {
    const found = await this.driver.findOne('nodes', { _id: n }, { projection: { epoch: 1, state: 1 } });
    return found?.epoch === e && found.state === 'alive';
  }
}
