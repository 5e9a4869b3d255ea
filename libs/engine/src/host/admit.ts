import {
  InstanceNotFoundError,
  type InstanceRecord,
  type LoadedInstance,
  type NodeIdentity,
} from '@workflow-runner/contract';
import { DataWriter } from '../state/data-writer.js';
import { stateOf } from '../state/state-of.js';
import { fitsDefinition, hasAllSteps } from './fits-definition.js';
import type { CachedImage } from './image-cache.js';
import type { Image } from './image.js';
import { park } from './parked.js';
import type { HostServices } from './services.js';

export interface Admitted {
  readonly image: Image;
  /** The instance goes on under another definition than it began with. */
  readonly adopts: boolean;
}

/**
 * Decides whether a claimed instance can be run with what is registered here. If not, it is parked again.
 * @returns null when it was parked
 * @throws {PayloadUnreadableError}
 */
export async function admit(
  services: HostServices,
  cached: CachedImage | undefined,
  node: NodeIdentity | null,
  loaded: LoadedInstance,
): Promise<Admitted | null> {
  if (!node) return null;
  if (loaded.unreadable) throw loaded.unreadable;
  const { record } = loaded;
  const definition = services.registry.byWorkflowId(record.workflowId);
  if (!definition) {
    if (isForOthers(record, services.store.now())) return giveBack(services, node, record);
    return putAside(services, node, await withState(services, loaded), null);
  }
  const usable = cached?.revision === record.revision && cached.definition === definition ? cached : null;
  if (!usable) loaded = await withState(services, loaded);
  const state = usable?.state ?? stateOf(loaded, definition);
  if (record.revision === 0 && !state.flow.createdTold)
    state.flow.createdTold = await isCreatedTold(services, record);
  const adopts = record.definitionHash !== definition.hash;
  const goesOn =
    !adopts ||
    (record.control?.action === 'accept'
      ? hasAllSteps(definition, state)
      : await fitsDefinition(services.store, record.definitionHash, definition, state));
  if (!goesOn) {
    services.logger.warn('instance.definition-changed', {
      instanceId: record.id,
      workflowId: record.workflowId,
    });
    return putAside(services, node, await withState(services, loaded), 'definition-changed');
  }
  let data = usable?.data;
  if (!data) {
    data = new DataWriter(services.options.limits.dataBytes);
    data.reset(state.data);
  }
  return { image: { record, definition, state, data }, adopts };
}

/** The claim left the state out because it was cached; meanwhile the cache had let go of it. */
async function withState({ store }: HostServices, loaded: LoadedInstance): Promise<LoadedInstance> {
  if (loaded.snapshot !== '') return loaded;
  const again = await store.load(loaded.record.id);
  if (!again) throw new InstanceNotFoundError(loaded.record.id);
  return { ...again, record: loaded.record, inbox: loaded.inbox };
}

/** The node that started it wanted to run it at once, and it had to queue: then the store has told of its creation. */
async function isCreatedTold({ store }: HostServices, { id, revision }: InstanceRecord): Promise<boolean> {
  if (revision > 0) return false;
  return (await store.history(id, { limit: 1 })).items.length > 0;
}

/** `accept` came while it was looked at here: a node with the workflow must hear of it, unless its deadline is passed first. */
function isForOthers({ control, overdueAt }: InstanceRecord, now: number): boolean {
  return control?.action === 'accept' && (overdueAt === null || overdueAt > now);
}

async function giveBack({ store }: HostServices, node: NodeIdentity, record: InstanceRecord): Promise<null> {
  await store.release(node, record.id, record.fence);
  return null;
}

/** Parks it; when something has come for it meanwhile, all is decided anew. */
async function putAside(
  services: HostServices,
  node: NodeIdentity,
  loaded: LoadedInstance,
  reason: string | null,
): Promise<Admitted | null> {
  const { store, options } = services;
  const createdTold = await isCreatedTold(services, loaded.record);
  const { rested } = await store.commit(park(loaded, node, store.now(), reason, options.audit, createdTold));
  const again = rested ? null : await store.load(loaded.record.id);
  return again && admit(services, undefined, node, again);
}
