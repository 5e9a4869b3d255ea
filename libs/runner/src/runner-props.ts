import type { Clock, Ids, Logger, PayloadCodec, Random, Store } from '@workflow-runner/contract';
import type { StepActivator } from '@workflow-runner/engine';
import type { RunnerWorkflow } from './workflow-options.js';

/** A length of time: ms as a number, or `'250ms'`, `'30s'`, `'5m'`, `'2h'`, `'7d'`. */
export type Duration = number | string;

/** What a WorkflowRunner is made of. Unknown names are refused with their path. */
export interface IWorkflowRunnerProps {
  /** Registered before the runner runs. */
  readonly workflows?: readonly RunnerWorkflow[];
  readonly persistence?: IPersistenceConfig;
  readonly components?: IComponentsConfig;
  /** Output mappers run after every execution of a body, as in workflow-es, not only when it proceeds. @default false */
  readonly legacyOutputs?: boolean;
  /** Writes debug lines. @default false */
  readonly debug?: boolean;
  /** A line for every step. @default false */
  readonly verbose?: boolean;
  /** False: starts, signals and lists, but runs nothing. @default true */
  readonly execute?: boolean;
  /** Stable name of this node; a restart under the same name takes over at once. @default a random one */
  readonly nodeId?: string;
  /** Where lines go. @default nowhere */
  readonly logger?: Logger;
  /** A store of one's own; the runner opens and closes it. Beside it `persistence` may hold a `codec` only. */
  readonly store?: Store;
  /** @default the system's */
  readonly clock?: Clock;
  /** @default the system's */
  readonly random?: Random;
  /** @default version 7 UUIDs */
  readonly ids?: Ids;
  /** Makes step bodies. @default `new` */
  readonly activator?: StepActivator;
}

/** A connection of mongoose 9, as `mongoose.createConnection()` or `@nestjs/mongoose` gives it. */
export interface IMongooseConnection {
  readonly readyState: number;
  getClient(): unknown;
}

export interface IPersistenceConfig {
  /**
   * `sqlite:<path>`, relative to the working directory, `mongodb://<server>/<database>` or `memory:`.
   * @default 'sqlite:./data/workflows.db'
   */
  readonly connectionString?: string;
  /** MongoDB: a connection of the host's own, in place of `connectionString`; it is neither opened nor closed here. */
  readonly connection?: IMongooseConnection;
  /** MongoDB: the names of the collections begin with it. @default 'wfr_' */
  readonly prefix?: string;
  /** `useNewUrlParser` and `useUnifiedTopology` are accepted and have no meaning any more. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** SQLite: `full` survives loss of power, `normal` only the death of the process. @default 'full' */
  readonly synchronous?: 'full' | 'normal';
  /** Encodes payloads on their way to the store and back, for example to encrypt them; also beside `store`. @default none */
  readonly codec?: PayloadCodec;
}

export interface IComponentsConfig {
  readonly errorHandler?: IErrorHandlerConfig;
  readonly lifecycle?: ILifecycleConfig;
  readonly security?: ISecurityConfig;
}

export interface ISecurityConfig {
  /** Keeps an entry of everything that is asked for, and of refusals. @default true */
  readonly audit?: boolean;
}

/** How failing and slow steps are treated whose author has chosen nothing. */
export interface IErrorHandlerConfig {
  /** Attempts after the first; wins over `retry.maxAttempts`. */
  readonly maxRetries?: number;
  readonly retry?: {
    /** Attempts in all. @default 3 */
    readonly maxAttempts?: number;
    /** Wait before the second attempt. @default 1_000 */
    readonly baseDelay?: Duration;
    /** Longest wait. @default 30_000 */
    readonly maxDelay?: Duration;
    /** Growth of the wait from attempt to attempt. @default 2 */
    readonly backoffMultiplier?: number;
    /** A random length between 0 and the computed wait. @default true */
    readonly jitter?: boolean;
  };
  readonly timeout?: {
    /** Length of a step; null: unlimited. @default 30_000 */
    readonly step?: Duration | null;
  };
}

/** How much a node runs at once, and how it lives with others. */
export interface ILifecycleConfig {
  /** Instances this node runs at once; those at rest do not count. @default 1_000 */
  readonly maxConcurrentWorkflows?: number;
  /** Steps of one instance that run at once. @default 100 */
  readonly maxPerInstance?: number;
  /** How long a node may be silent before others take over. @default 15_000 */
  readonly leaseMs?: Duration;
  /** Longest sleep between looks at the store when nothing wakes the node. @default 1_000 */
  readonly pollIntervalMs?: Duration;
  /** How long a stop waits for running steps. @default 10_000 */
  readonly drainMs?: Duration;
  /** Deaths of its process after which a step fails; Infinity: never. @default 10 */
  readonly maxCrashes?: number;
  /** In bytes. */
  readonly limits?: {
    /** Data of one instance. @default 4 MiB */
    readonly dataBytes?: number;
    /** Data of one event or signal. @default 1 MiB */
    readonly eventBytes?: number;
    /** Outcome of one step. @default 1 MiB */
    readonly outputBytes?: number;
    /** Signals of one instance that no step has waited for yet, each with 256 beside its data. At least 1,024. @default 4 MiB */
    readonly signalBytes?: number;
  };
  /** Lengths after which things are deleted; null keeps everything. */
  readonly retention?: IRetentionConfig | null;
}

export interface IRetentionConfig {
  /** @default '7d' */
  readonly completed?: Duration;
  /** @default '1d' */
  readonly cancelled?: Duration;
  /** @default '30d' */
  readonly failed?: Duration;
  /** @default '7d' */
  readonly events?: Duration;
  /** @default '30d' */
  readonly idempotencyKeys?: Duration;
  /** @default '30d' */
  readonly statistics?: Duration;
  /** Entries of the audit trail, once they are sealed. @default '90d' */
  readonly audit?: Duration;
}
