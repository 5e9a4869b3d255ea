import { INSTANCE_STATUSES, type DefinitionRecord } from '@workflow-runner/contract';
import { isWakeable } from '../shared/standing.js';
import type { DefinitionDoc } from './documents.js';
import type { Base, DefinitionsPart } from './parts.js';
import { asRead, stirred, updateOf } from './standing-terms.js';

const WAKEABLE = INSTANCE_STATUSES.filter(isWakeable);
/** So many of those that wait are made due at once. */
const WOKEN_AT_ONCE = 500;

/** Definitions by hash, and the instances that wait for one to come back. */
export class Definitions implements DefinitionsPart {
  constructor(private readonly base: Base) {}

  async define(definitions: readonly DefinitionRecord[]): Promise<void> {
    const { keys, now } = this.base;
    const ordered = definitions.map((definition) => ({ definition, ord: keys.next(now()) }));
    await Promise.all(ordered.map(({ definition, ord }) => this.remember(definition, ord)));
  }

  async definition(workflowId: string, hash: string): Promise<DefinitionRecord | null> {
    const found = await this.base.driver.findOne('definitions', { _id: idOf(workflowId, hash) });
    return found && toRecord(found);
  }

  async definitions(): Promise<readonly DefinitionRecord[]> {
    const all = await this.base.driver.find(
      'definitions',
      {},
      { sort: { ord: 1 }, projection: { wf: 1, ord: 1 } },
    );
    const newest = new Map(all.map(({ wf, ord }) => [wf, ord]));
    const ords = { $in: [...newest.values()] };
    const found = await this.base.driver.find('definitions', { ord: ords }, { sort: { ord: 1 } });
    return found.map(toRecord);
  }

  private async remember({ workflowId, hash, shape }: DefinitionRecord, ord: string): Promise<void> {
    const update = { $set: { wf: workflowId, hash, shape }, $max: { ord } };
    const write = (): Promise<boolean> =>
      this.base.driver.updateOne('definitions', { _id: idOf(workflowId, hash) }, update, { upsert: true });
    // False: another node has inserted it at that moment.
    if (!(await write())) await write();
    await this.wake(workflowId, hash);
  }

  private async wake(workflowId: string, hash: string): Promise<void> {
    const { driver, hints, now } = this.base;
    let after = '';
    for (;;) {
      const waiting = await driver.find(
        'instances',
        {
          sr: 'definition-changed',
          wf: workflowId,
          hash,
          st: { $in: WAKEABLE },
          o: null,
          ord: { $gt: after },
        },
        { projection: { snap: 0, log: 0, inbox: 0, subs: 0 }, sort: { ord: 1 }, limit: WOKEN_AT_ONCE },
      );
      const last = waiting.at(-1);
      if (!last) return;
      after = last.ord;
      const at = now();
      // One that is not as it was read was claimed: by a node that has seen its definition.
      const changes = waiting.map((doc) => ({ filter: asRead(doc), update: updateOf(stirred(doc, at)) }));
      if ((await driver.bulkUpdate('instances', changes, false)) > 0) hints.emitToOthers('due');
    }
  }
}

function idOf(workflowId: string, hash: string): string {
  return `${workflowId}\0${hash}`;
}

function toRecord({ wf: workflowId, hash, shape }: DefinitionDoc): DefinitionRecord {
  return { workflowId, hash, shape };
}
