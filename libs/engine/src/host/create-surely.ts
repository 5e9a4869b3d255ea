import { WorkflowError, type CreateReceipt, type NewInstance, type Store } from '@workflow-runner/contract';

/**
 * Creates instances; when the answer is lost, asks once more with the same ids, so that a stored start is not called
 * a failed one. What was stored by the first call is found by its id.
 */
export async function createSurely(
  store: Store,
  instances: readonly NewInstance[],
): Promise<CreateReceipt[]> {
  try {
    return [...(await store.create(instances))];
  } catch (error) {
    if (!(error instanceof WorkflowError) || !error.retryable) throw error;
    const receipts = await store.create(instances).catch(() => Promise.reject(error));
    return Promise.all(receipts.map((receipt, index) => own(store, instances[index]!, receipt)));
  }
}

async function own(store: Store, { id }: NewInstance, receipt: CreateReceipt): Promise<CreateReceipt> {
  if (receipt.verdict !== 'existing' || receipt.instanceId !== id) return receipt;
  const stored = await store.load(id);
  return stored ? { verdict: 'created', record: stored.record } : receipt;
}
