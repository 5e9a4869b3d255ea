import type {
  Clock,
  Ids,
  JournalEntry,
  Logger,
  NodeIdentity,
  Random,
  Rest,
  StepPolicy,
  Store,
} from '@workflow-runner/contract';
import type { WorkflowRegistry } from '../definition/registry.js';
import type { StepActivator } from './activator.js';
import type { HostOptions } from './host-options.js';
import type { InstanceRunner } from './instance-runner.js';
import type { SuspectLane } from './suspect-lane.js';
import type { Timers } from './timers.js';
import type { Watch } from './watch.js';

/** What the parts of a host share. */
export interface HostServices {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly policy: StepPolicy;
  readonly activator: StepActivator;
  readonly registry: WorkflowRegistry;
  readonly options: HostOptions;
  readonly timers: Timers;
  readonly watch: Watch;
  readonly suspects: SuspectLane;
  /** Attempts whose end could not be decided or written, by idempotency key: they fail instead of running again. */
  readonly unwritable: Map<string, unknown>;
}

/** What a running instance tells its host. */
export interface RunnerOwner {
  /** A commit is durable. */
  committed(runner: InstanceRunner, revision: number, entry: JournalEntry, at: number): void;
  /** The owner was given up with that commit. */
  rested(runner: InstanceRunner, rest: Rest): void;
  /** It cannot go on here: another owner has it, or its image is not to be trusted. */
  lost(runner: InstanceRunner, error: unknown): void;
  /** This node's epoch is over. */
  fenced(node: NodeIdentity): void;
  /** False while the host is stopping: nothing new may start. */
  readonly mayStart: boolean;
}
