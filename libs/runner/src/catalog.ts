import { WorkflowAmbiguousError, WorkflowNotFoundError } from '@workflow-runner/contract';
import { compile, WorkflowRegistry, type Buildable, type CompiledDefinition } from '@workflow-runner/engine';
import { toRegisteredWorkflow, type RegisteredWorkflow } from './registered-workflow.js';
import { sourceOf, type RunnerWorkflow } from './workflow-options.js';
import type { WorkflowType } from './workflow-type.js';

/** The workflows of one runner, whether it runs or not. */
export class Catalog {
  private readonly registry = new WorkflowRegistry();
  private readonly shown = new Map<string, RegisteredWorkflow>();

  /**
   * Builds and adds a workflow; the same id with the same shape again changes nothing.
   * @throws {InvalidWorkflowError} @throws {WorkflowConflictError}
   */
  add(workflow: RunnerWorkflow): CompiledDefinition {
    const source = sourceOf(workflow);
    const definition = this.registry.register(compile(source));
    if (!this.shown.has(definition.workflowId)) {
      this.shown.set(definition.workflowId, toRegisteredWorkflow(source, definition));
    }
    return definition;
  }

  /** @returns the full id of what was forgotten @throws {WorkflowNotFoundError} @throws {WorkflowAmbiguousError} */
  remove(workflowId: string, version?: string | number): string {
    const definition = this.registry.unregister(workflowId, version);
    this.shown.delete(definition.workflowId);
    return definition.workflowId;
  }

  /** In the order of registration. */
  definitions(): readonly CompiledDefinition[] {
    return this.registry.all();
  }

  all(): readonly RegisteredWorkflow[] {
    return [...this.shown.values()];
  }

  get size(): number {
    return this.shown.size;
  }

  /** @throws {WorkflowNotFoundError} @throws {WorkflowAmbiguousError} */
  resolve(workflowId: string, version?: string | number | null): CompiledDefinition {
    return this.registry.resolve(workflowId, version);
  }

  /** Whether `find` would find something. */
  has(workflowId: string, version?: string | number | null): boolean {
    try {
      return this.resolve(workflowId, version) !== undefined;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  find(workflowId: string, version?: string | number | null): RegisteredWorkflow {
    return this.shown.get(this.resolve(workflowId, version).workflowId)!;
  }

  /**
   * The full id a class, or an instance of it, was registered under.
   * @throws {WorkflowNotFoundError} it was not @throws {WorkflowAmbiguousError} under several
   */
  idOf(type: WorkflowType<Buildable>): string {
    const ids = this.all()
      .filter(({ component }) => component === type || component.constructor === type)
      .map(({ id }) => id);
    if (ids.length > 1) throw new WorkflowAmbiguousError(type.name, ids);
    const [id] = ids;
    if (id === undefined) throw new WorkflowNotFoundError(type.name);
    return id;
  }
}
