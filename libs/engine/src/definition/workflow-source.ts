import { InvalidWorkflowError } from '@workflow-runner/contract';
import type { EsWorkflowBuilder } from '../authoring/es-builders.js';
import { DEFAULT_NAME_SPACE, makeWorkflowId, parseReference, type WorkflowId } from './workflow-id.js';
import { readConcurrency } from './workflow-limits.js';

/** Anything that writes its steps into a builder; `never` accepts workflow-es's builder as well as ours. */
export interface Buildable {
  build(builder: never): unknown;
}

/** A workflow in the manner of workflow-es, which carries its id and version. */
export interface PlainWorkflow extends Buildable {
  readonly id: string;
  readonly version: string | number;
}

/** A workflow class that is made with plain `new`. */
export type WorkflowClass<TWorkflow extends Buildable = PlainWorkflow> = new () => TWorkflow;

/** The class, an instance of it, or an arrow function that returns one. */
export type WorkflowComponent = WorkflowClass<Buildable> | Buildable | (() => Buildable);

/** A workflow as it is registered under an id of its own. */
export interface IWorkflow {
  readonly nameSpace: string;
  readonly name: string;
  readonly version: string | number;
  readonly component: WorkflowComponent;
  readonly category: 'workflow';
  /**
   * Starts an instance at each start of a host, with `props` as data, unless an earlier one still lives;
   * with `once` a single time per version and store. @default false
   */
  readonly autoStart?: boolean | { readonly once: boolean };
  readonly props?: unknown;
  /**
   * How many instances of `nameSpace.name` run at once, over all versions and all nodes of the store: 1 to 10,000. The
   * word of the newest version that a node has registered counts there. @default no limit
   */
  readonly concurrency?: number | null;
}

/** Everything registration takes. */
export type WorkflowSource = IWorkflow | WorkflowClass | PlainWorkflow;

/** The data type of a workflow, read from the builder its `build` expects. */
export type WorkflowData<TWorkflow extends Buildable> = TWorkflow extends {
  build(builder: EsWorkflowBuilder<infer TData>): unknown;
}
  ? TData
  : unknown;

/** Whether a host starts an instance by itself: never, each time it starts, or once per version and store. */
export type AutoStart = 'never' | 'each' | 'once';

/** What a source says before it is built. */
export interface ReadSource {
  readonly id: WorkflowId;
  readonly buildable: Buildable;
  readonly autoStart: AutoStart;
  readonly props: unknown;
  /** Null: no limit. */
  readonly concurrency: number | null;
}

/**
 * Makes the workflow object and reads its id. A plain workflow's `id` is its name, in the name space
 * `default`, unless it holds dots: then the name space stands before the last one.
 * @throws {InvalidWorkflowError} there is no `build`, the id is wrong, or `concurrency` is
 */
export function readSource(source: WorkflowSource): ReadSource {
  if ('component' in source) {
    const label = `${source.nameSpace}.${source.name}@${source.version}`;
    const buildable = instantiate(source.component, label);
    const id = makeWorkflowId(source.nameSpace, source.name, source.version);
    const concurrency = readConcurrency(label, source.concurrency);
    return { id, buildable, autoStart: readAutoStart(source), props: source.props, concurrency };
  }
  const label = typeof source === 'function' ? source.name : source.id;
  const workflow = instantiate(source, label) as PlainWorkflow;
  const nothing = { autoStart: 'never', props: undefined, concurrency: null } as const;
  return { id: plainId(workflow, label), buildable: workflow, ...nothing };
}

function readAutoStart({ autoStart = false }: IWorkflow): AutoStart {
  if (typeof autoStart === 'object') return autoStart.once ? 'once' : 'each';
  return autoStart ? 'each' : 'never';
}

function plainId({ id, version }: PlainWorkflow, label: string): WorkflowId {
  if (typeof id !== 'string') throw new InvalidWorkflowError(label, 'it has no id');
  const { nameSpace, name, version: inId } = parseReference(id);
  if (inId !== null) throw new InvalidWorkflowError(id, 'an id must not contain @');
  return makeWorkflowId(nameSpace ?? DEFAULT_NAME_SPACE, name, version);
}

function instantiate(component: WorkflowComponent, label: string): Buildable {
  const made: unknown =
    typeof component !== 'function' ? component : isConstructor(component) ? new component() : component();
  if (!isBuildable(made)) throw new InvalidWorkflowError(label, 'it has no method build(builder)');
  return made;
}

/** Arrow functions have no prototype; everything else that can be called can be called with `new`. */
function isConstructor(
  value: WorkflowClass<Buildable> | (() => Buildable),
): value is WorkflowClass<Buildable> {
  return typeof (value as { prototype?: unknown }).prototype === 'object';
}

function isBuildable(value: unknown): value is Buildable {
  return typeof (value as Partial<Buildable> | null | undefined)?.build === 'function';
}
