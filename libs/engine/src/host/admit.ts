import {
  InstanceNotFoundError,
  type CommitReceipt,
  type LoadedInstance,
  type NodeIdentity,
} from '@workflow-runner/contract';
import { DataWriter } from '../state/data-writer.js';
import { fold } from '../state/fold.js';
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
 */
export async function admit(
  services: HostServices,
  cached: CachedImage | undefined,
  node: NodeIdentity | null,
  loaded: LoadedInstance,
): Promise<Admitted | null> {
  if (!node) return null;
  const { record } = loaded;
  const definition = services.registry.byWorkflowId(record.workflowId);
  if (!definition) return parkUntilQuiet(services, node, await withState(services, loaded), null);
  const usable = cached?.revision === record.revision && cached.definition === definition ? cached : null;
  if (!usable) loaded = await withState(services, loaded);
  const state = usable?.state ?? fold(loaded.snapshot, loaded.tail, definition);
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
    return parkUntilQuiet(services, node, await withState(services, loaded), 'definition-changed');
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

/** Mail that comes while it is being parked is taken in too. */
async function parkUntilQuiet(
  { store }: HostServices,
  node: NodeIdentity,
  loaded: LoadedInstance,
  reason: string | null,
): Promise<null> {
  for (;;) {
    const commit = park(loaded, node, store.now(), reason);
    const receipt: CommitReceipt = await store.commit(commit);
    if (receipt.rested) return null;
    const again = await store.load(loaded.record.id);
    if (!again) return null;
    loaded = again;
  }
}
