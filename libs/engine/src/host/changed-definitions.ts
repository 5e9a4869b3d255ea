import type { Store } from '@workflow-runner/contract';
import type { CompiledDefinition } from '../definition/compiled-definition.js';

export interface ChangedDefinitionsParts {
  readonly store: Store;
  readonly definitions: readonly CompiledDefinition[];
  /** Takes instances on, due or not: those that cannot go on are put aside as `definition-changed`. */
  claim(instanceIds: readonly string[]): Promise<void>;
  /** False: the host is stopping. */
  readonly goesOn: () => boolean;
}

const PAGE = 100;

/**
 * After a start: instances that wait and began with another definition than the one registered now are looked at once,
 * so that lists and health tell of an edited workflow right away and not when something wakes its instances.
 */
export async function lookAtChangedDefinitions(parts: ChangedDefinitionsParts): Promise<void> {
  for (const { nameSpace, name, version, hash } of parts.definitions) {
    let cursor: string | null = null;
    do {
      if (!parts.goesOn()) return;
      const page = await parts.store.list(
        { status: ['waiting'], nameSpace, name, version, otherThanHash: hash },
        { limit: PAGE, order: 'oldest', ...(cursor === null ? {} : { cursor }) },
      );
      const unseen = page.items.filter(
        (one) => one.owner === null && one.statusReason !== 'definition-changed',
      );
      await parts.claim(unseen.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
  }
}
