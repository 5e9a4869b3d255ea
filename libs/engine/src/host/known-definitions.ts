import { WorkflowNotFoundError, type Clock, type Store } from '@workflow-runner/contract';
import { decodeShape, type DefinitionShape } from '../definition/definition-shape.js';
import type { NamedDefinition } from '../definition/named-definition.js';
import { WorkflowRegistry } from '../definition/registry.js';
import { parseWorkflowId } from '../definition/workflow-id.js';

/** A workflow that some node of the store has registered. */
export interface KnownDefinition extends NamedDefinition {
  readonly shape: DefinitionShape;
}

/**
 * The workflows of a store, for a process that has none of their classes. Looked up again at most every
 * `freshForMs`, and when a name is not among them.
 */
export class KnownDefinitions {
  private registry = new WorkflowRegistry<KnownDefinition>();
  private freshUntil = -Infinity;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly freshForMs: number,
  ) {}

  async all(): Promise<readonly KnownDefinition[]> {
    await this.refresh();
    return this.registry.all();
  }

  /** @throws {WorkflowNotFoundError} @throws {WorkflowAmbiguousError} as `WorkflowRegistry.resolve` */
  async resolve(idOrName: string, version?: string | number | null): Promise<KnownDefinition> {
    const isFresh = this.clock.monotonic() < this.freshUntil;
    if (!isFresh) await this.refresh();
    try {
      return this.registry.resolve(idOrName, version);
    } catch (error) {
      if (!isFresh || !(error instanceof WorkflowNotFoundError)) throw error;
      await this.refresh();
      return this.registry.resolve(idOrName, version);
    }
  }

  private async refresh(): Promise<void> {
    const registry = new WorkflowRegistry<KnownDefinition>();
    for (const { workflowId, hash, shape } of await this.store.definitions()) {
      const decoded = decodeShape(shape);
      const step = (id: number) => decoded.graph.nodes[id];
      const known = { ...parseWorkflowId(workflowId), workflowId, hash, concurrency: null };
      registry.register({ ...known, shape: decoded, step });
    }
    this.registry = registry;
    this.freshUntil = this.clock.monotonic() + this.freshForMs;
  }
}
