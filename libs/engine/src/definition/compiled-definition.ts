import { InvalidWorkflowError } from '@workflow-runner/contract';
import { WorkflowBuilder } from '../authoring/workflow-builder.js';
import { type WorkflowDefinition, WorkflowErrorHandling } from '../authoring/workflow-es.js';
import { checkEdges } from './check-edges.js';
import { type CompiledStep, compileSteps, DEFAULT_RETRY_INTERVAL_MS } from './compiled-step.js';
import { encodeShape, hashOf, shapeOf } from './definition-shape.js';
import { DEFAULT_NAME_SPACE, formatWorkflowId, type WorkflowId } from './workflow-id.js';
import { readSource, type AutoStart, type ReadSource, type WorkflowSource } from './workflow-source.js';

export type { CompiledStep } from './compiled-step.js';

/** A workflow, built once and checked; never changed. */
export class CompiledDefinition {
  /** `nameSpace.name@version`, the version in full form. */
  readonly workflowId: string;
  readonly nameSpace: string;
  readonly name: string;
  readonly version: string;
  /** Equal for definitions with the same steps and edges. */
  readonly hash: string;
  /** What the store keeps of the steps and edges; see `decodeShape`. */
  readonly shape: string;
  /** Index = id. */
  readonly steps: readonly CompiledStep[];
  /** Whether any step class overrides one of workflow-es's hooks. */
  readonly hasHooks: boolean;
  /** The author's choice for failing steps, a value of WorkflowErrorHandling; null for the builder's default. */
  readonly errorBehavior: number | null;
  /** In ms, for errorBehavior Retry. */
  readonly retryInterval: number;
  readonly autoStart: AutoStart;
  readonly props: unknown;
  readonly description: string | null;
  /** How many instances run at once, as far as this version has a say; null: any number. Not part of the hash. */
  readonly concurrency: number | null;

  constructor(
    source: ReadSource,
    /** The definition in workflow-es's shape, for its step hooks. */
    readonly model: WorkflowDefinition,
  ) {
    this.workflowId = formatWorkflowId(source.id);
    ({ nameSpace: this.nameSpace, name: this.name, version: this.version } = source.id);
    this.steps = compileSteps(model.steps);
    this.hasHooks = this.steps.some((step) => !step.usesPlainHooks);
    const shape = shapeOf(this);
    this.hash = hashOf(shape);
    this.shape = encodeShape(shape);
    this.retryInterval = model.retryInterval ?? DEFAULT_RETRY_INTERVAL_MS;
    this.errorBehavior = isBuilderDefault(model) ? null : model.errorBehavior;
    this.autoStart = source.autoStart;
    this.props = source.props;
    this.concurrency = source.concurrency;
    this.description = model.description ?? null;
  }

  step(id: number): CompiledStep | undefined {
    return this.steps[id];
  }
}

/**
 * Builds a workflow and checks it. `build` runs once.
 * @throws {InvalidWorkflowError} its id or `concurrency` is wrong, it has no step, or an edge leads nowhere
 */
export function compile(workflow: WorkflowSource): CompiledDefinition {
  const source = readSource(workflow);
  const workflowId = formatWorkflowId(source.id);
  const builder = new WorkflowBuilder<unknown>();
  const built: unknown = source.buildable.build(builder as never);
  // A step builder has a `then` of its own: only a real promise says that the author went on later.
  if (built instanceof Promise) {
    built.catch(() => {});
    throw new InvalidWorkflowError(workflowId, 'build() must not be asynchronous');
  }
  const model = builder.build(modelId(source.id), Number.parseInt(source.id.version, 10));
  model.description = descriptionOf(source.buildable) as string;
  checkEdges(workflowId, model.steps);
  return new CompiledDefinition(source, model);
}

/** The id workflow-es's own code would know the definition by. */
function modelId({ nameSpace, name }: WorkflowId): string {
  return nameSpace === DEFAULT_NAME_SPACE ? name : `${nameSpace}.${name}`;
}

function descriptionOf(buildable: object): string | undefined {
  const { description } = buildable as { description?: unknown };
  return typeof description === 'string' ? description : undefined;
}

/** Retry after a minute stands in every definition: nobody chose it. */
function isBuilderDefault({ errorBehavior, retryInterval }: WorkflowDefinition): boolean {
  if (!errorBehavior) return true;
  return errorBehavior === WorkflowErrorHandling.Retry && retryInterval === DEFAULT_RETRY_INTERVAL_MS;
}
