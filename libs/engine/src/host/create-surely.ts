import type { CreateReceipt, NewInstance, Store } from '@workflow-runner/contract';
import { askSurely } from './ask-surely.js';

/** Creates instances; one that was stored by a call whose answer was lost is found by its id. */
export async function createSurely(
  store: Store,
  instances: readonly NewInstance[],
): Promise<CreateReceipt[]> {
  const { answer, repeated } = await askSurely(() => store.create(instances));
  if (!repeated) return [...answer];
  return Promise.all(answer.map((receipt, index) => own(store, instances[index]!, receipt)));
}

async function own(store: Store, { id }: NewInstance, receipt: CreateReceipt): Promise<CreateReceipt> {
  if (receipt.verdict !== 'existing' || receipt.instanceId !== id) return receipt;
  const stored = await store.load(id);
  return stored ? { verdict: 'created', record: stored.record } : receipt;
}
