import type { InstanceRecord, RetentionRules } from '@workflow-runner/contract';
import type { StoreUnderTest } from '@workflow-runner/testing/store-contract';
import { aCommit, anEvent, aRest, aStart } from '../../../libs/testing/src/store-contract/samples.js';
import type { CutsAfterInserts } from './cuts-after-inserts.js';

const DAY = 86_400_000;
const RULES: RetentionRules = {
  instances: { completed: DAY, failed: DAY, cancelled: DAY },
  events: DAY,
  idempotencyKeys: DAY,
  statistics: DAY,
  audit: DAY,
};
/** More than an instance keeps in its own document. */
const LONG = 450;

/**
 * What is asked only when a journal has become so long that a part of it leaves its instance, and when somebody was cut off
 * over that, or over an event once it was stored.
 */
export async function askRarely(
  { store, clock }: StoreUnderTest,
  cuts: Pick<CutsAfterInserts, 'cut'>,
): Promise<void> {
  const node = await store.join({ nodeId: 'n', leaseMs: 15_000, workflowIds: ['contract.sample@1.0.0'] });
  const [receipt] = await store.create([aStart('long', { claimBy: node })]);
  let { record } = receipt as { record: InstanceRecord };
  const commit = async (overrides: Parameters<typeof aCommit>[1]): Promise<void> => {
    const { revision } = await store.commit(aCommit(record, overrides));
    record = { ...record, revision };
  };
  const tell = {
    kind: 'step',
    attempt: null,
    control: null,
    change: '{}',
    tell: ['step.completed'],
  } as const;
  const half = async (): Promise<void> => {
    for (let i = 0; i < LONG; i += 1) await commit({ entry: tell });
    cuts.cut('journal');
    await commit({ snapshot: '{}' }).catch(() => commit({ snapshot: '{}' }));
  };
  await half();
  await half();
  await store.history('long', { limit: 10, order: 'newest' });
  await store.publications(0, 1_000);
  await commit(aRest('completed'));

  cuts.cut('events');
  await store.publish([anEvent('lost')]).catch(() => undefined);
  clock.advance(6_000);
  await store.beat(node, []);

  clock.advance(2 * DAY);
  await store.purge(RULES, LONG / 2);
  await store.purge(RULES, 10 * LONG);
}
