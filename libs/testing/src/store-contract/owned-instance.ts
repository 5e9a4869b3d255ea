import type * as Port from '@workflow-runner/contract';
import type { Lab } from './lab.js';
import { aCommit, aRest, aStart } from './samples.js';

/** Starts an instance that its node runs at once. */
export async function running(
  lab: Lab,
  id: string,
  node: Port.NodeIdentity,
  overrides: Partial<Port.NewInstance> = {},
): Promise<Port.InstanceRecord> {
  const [receipt] = await lab.store.create([aStart(id, { claimBy: node, ...overrides })]);
  if (receipt?.verdict !== 'created') throw new Error(`${id} was not created`);
  return receipt.record;
}

/** Starts an instance and puts it to rest. */
export async function resting(
  lab: Lab,
  id: string,
  node: Port.NodeIdentity,
  status: Port.Rest['status'] = 'waiting',
  overrides: {
    start?: Partial<Port.NewInstance>;
    rest?: Partial<Port.Rest>;
    commit?: Partial<Port.Commit>;
  } = {},
): Promise<Port.InstanceRecord> {
  const record = await running(lab, id, node, overrides.start);
  await lab.store.commit(aCommit(record, { ...aRest(status, overrides.rest), ...overrides.commit }));
  return (await lab.load(id)).record;
}

/** Claims one instance by its id. */
export async function claimed(lab: Lab, id: string, node: Port.NodeIdentity): Promise<Port.LoadedInstance> {
  const workflowIds = [(await lab.load(id)).record.workflowId];
  const [loaded] = await lab.store.claim(node, { limit: 1, workflowIds, instanceIds: [id] });
  if (!loaded) throw new Error(`${id} was not claimed`);
  return loaded;
}
