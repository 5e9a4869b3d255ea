import {
  Clock,
  Ids,
  Logger,
  PayloadCodec,
  Random,
  SilentLogger,
  Store,
  type RetentionRules,
} from '@workflow-runner/contract';
import {
  HOST_DEFAULTS,
  PLAIN_ACTIVATOR,
  SystemClock,
  SystemIds,
  SystemRandom,
  type HostOptions,
  type RetryOptions,
  type StepActivator,
} from '@workflow-runner/engine';
import { WithoutDebug } from './without-debug.js';
import { DEFAULT_CONNECTION, readConnection, type StoreLocation } from './open-store.js';
import { OptionReader } from './option-reader.js';
import type { RunnerWorkflow } from './workflow-options.js';
import type { IMongooseConnection, IWorkflowRunnerProps } from './runner-props.js';

/** The props of a runner, checked, with defaults filled in. */
export interface RunnerSettings {
  readonly workflows: readonly RunnerWorkflow[];
  /** A store of the caller's, or where to make one. */
  readonly store: Store | StoreLocation;
  readonly codec: PayloadCodec | null;
  readonly host: Partial<HostOptions>;
  readonly retry: Partial<RetryOptions>;
  /** Null: unlimited; undefined: the policy's default. */
  readonly stepTimeoutMs: number | null | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Ids;
  readonly activator: StepActivator;
}

const PROPS = {
  known: [
    'workflows',
    'persistence',
    'components',
    'legacyOutputs',
    'debug',
    'verbose',
    'execute',
    'nodeId',
  ].concat(['logger', 'store', 'clock', 'random', 'ids', 'activator']),
};
const COMPONENTS = {
  known: ['errorHandler', 'lifecycle', 'security'],
  later: ['scheduler', 'configuration'],
};
const ERROR_HANDLER = {
  known: ['maxRetries', 'retry', 'timeout'],
  later: ['circuitBreakerEnabled', 'circuitBreaker'],
};
const RETRY = { known: ['maxAttempts', 'baseDelay', 'maxDelay', 'backoffMultiplier', 'jitter'] };
const TIMEOUT = { known: ['step'], later: ['progressive'] };
const LIFECYCLE = {
  known: [
    'maxConcurrentWorkflows',
    'maxPerInstance',
    'leaseMs',
    'pollIntervalMs',
    'drainMs',
    'maxCrashes',
  ].concat(['limits', 'retention']),
  later: ['maxWorkflowDuration', 'resources'],
};
const SECURITY = { known: ['audit'] };
const LIMITS = { known: ['dataBytes', 'eventBytes', 'outputBytes', 'signalBytes'] };
/** Room for one small signal. */
const LEAST_SIGNAL_BYTES = 1_024;
const RETENTION = {
  known: ['completed', 'cancelled', 'failed', 'events', 'idempotencyKeys', 'statistics', 'audit'],
};
const PERSISTENCE = {
  known: ['connectionString', 'connection', 'prefix', 'options', 'synchronous', 'codec'],
  later: ['provider'],
};
/** Names of the seed that its driver has dropped. */
const DROPPED = ['useNewUrlParser', 'useUnifiedTopology'];
const DRIVER_OPTIONS = { known: ['driver', 'openTimeoutMs', 'timeoutMs', ...DROPPED] };

/** @throws {InvalidOptionsError} names the first prop that cannot be obeyed, with its path */
export function resolveProps(props: IWorkflowRunnerProps): RunnerSettings {
  const root = new OptionReader('', props, PROPS);
  const components = root.section('components', COMPONENTS);
  const errorHandler = components.section('errorHandler', ERROR_HANDLER);
  const clock = root.part<Clock>('clock', 'Clock', ['now', 'monotonic', 'setTimer']) ?? new SystemClock();
  const logger = readLogger(root);
  const persistence = root.section('persistence', PERSISTENCE);
  return {
    workflows: readWorkflows(root),
    store: readStore(root, persistence, logger),
    codec: readCodec(persistence),
    host: readHost(root, components),
    retry: readRetry(errorHandler),
    stepTimeoutMs: readStepTimeout(errorHandler.section('timeout', TIMEOUT)),
    logger,
    clock,
    random: root.part<Random>('random', 'Random', ['next']) ?? new SystemRandom(),
    ids: root.part<Ids>('ids', 'Ids', ['next']) ?? new SystemIds(clock),
    activator: root.part<StepActivator>('activator', 'StepActivator', ['create']) ?? PLAIN_ACTIVATOR,
  };
}

function readLogger(root: OptionReader): Logger {
  const debug = root.flag('debug') === true;
  const logger = root.part<Logger>('logger', 'Logger', ['debug', 'info', 'warn', 'error']);
  if (!logger) return new SilentLogger();
  return debug ? logger : new WithoutDebug(logger);
}

function readWorkflows(root: OptionReader): readonly RunnerWorkflow[] {
  const workflows = root.value('workflows') ?? [];
  return Array.isArray(workflows)
    ? (workflows as RunnerWorkflow[])
    : root.refuse('workflows', 'must be a list');
}

function readStore(root: OptionReader, persistence: OptionReader, logger: Logger): Store | StoreLocation {
  const own = root.part<Store>('store', 'Store', ['open', 'commit', 'close']);
  const place = PERSISTENCE.known.find((name) => name !== 'codec' && persistence.value(name) !== undefined);
  if (own && place !== undefined) {
    persistence.refuse(place, 'has no meaning beside store: give one of the two');
  }
  if (own) return own;
  const location = readLocation(persistence);
  const options = persistence.section('options', DRIVER_OPTIONS);
  for (const name of DROPPED) {
    if (options.value(name) !== undefined) logger.debug('option.dropped', { option: options.pathOf(name) });
  }
  const given = {
    sqlite: defined({
      synchronous: persistence.choice('synchronous', ['full', 'normal']),
      driver: options.choice('driver', ['auto', 'bundled', 'builtin']),
      openTimeoutMs: options.duration('openTimeoutMs', 0),
    }),
    mongo: defined({ prefix: persistence.text('prefix'), timeoutMs: options.duration('timeoutMs', 100) }),
    memory: {},
  };
  for (const [kind, of] of Object.entries(given)) {
    const [name] = Object.keys(of);
    if (kind === location.kind || name === undefined) continue;
    const section = PERSISTENCE.known.includes(name) ? persistence : options;
    section.refuse(name, `has no meaning for ${NAMES[location.kind]}`);
  }
  return { ...location, ...given[location.kind] };
}

const NAMES = { sqlite: 'sqlite:', mongo: 'mongodb:', memory: 'memory:' } as const;

function readLocation(persistence: OptionReader): StoreLocation {
  const connection = persistence.part<IMongooseConnection>('connection', 'mongoose connection', [
    'getClient',
  ]);
  const address = persistence.text('connectionString');
  if (!connection) return readConnection(address ?? DEFAULT_CONNECTION);
  if (address !== undefined)
    persistence.refuse('connection', 'stands beside connectionString: give one of the two');
  return { kind: 'mongo', connection };
}

function readCodec(persistence: OptionReader): PayloadCodec | null {
  const codec = persistence.part<PayloadCodec>('codec', 'PayloadCodec', ['encode', 'decode']);
  const { digest } = (codec ?? {}) as { readonly digest?: unknown };
  if (digest === undefined || typeof digest === 'function') return codec ?? null;
  return persistence.refuse('codec', 'is not a PayloadCodec: its digest is no function');
}

function readHost(root: OptionReader, components: OptionReader): Partial<HostOptions> {
  const lifecycle = components.section('lifecycle', LIFECYCLE);
  const limits = lifecycle.section('limits', LIMITS);
  return defined({
    nodeId: root.text('nodeId'),
    execute: root.flag('execute'),
    verbose: root.flag('verbose'),
    legacyOutputs: root.flag('legacyOutputs'),
    audit: components.section('security', SECURITY).flag('audit'),
    maxConcurrentWorkflows: lifecycle.count('maxConcurrentWorkflows', 1),
    maxPerInstance: lifecycle.count('maxPerInstance', 1),
    leaseMs: lifecycle.duration('leaseMs', 100),
    pollIntervalMs: lifecycle.duration('pollIntervalMs', 1),
    drainMs: lifecycle.duration('drainMs', 0),
    maxCrashes: lifecycle.count('maxCrashes', 1, true),
    limits: {
      ...HOST_DEFAULTS.limits,
      ...defined({
        dataBytes: limits.count('dataBytes', 1),
        eventBytes: limits.count('eventBytes', 1),
        outputBytes: limits.count('outputBytes', 1),
        signalBytes: limits.count('signalBytes', LEAST_SIGNAL_BYTES),
      }),
    },
    retention: readRetention(lifecycle),
  });
}

function readRetention(lifecycle: OptionReader): RetentionRules | null {
  if (lifecycle.value('retention') === null) return null;
  const given = lifecycle.section('retention', RETENTION);
  const rules = HOST_DEFAULTS.retention!;
  return {
    instances: {
      completed: given.duration('completed', 0) ?? rules.instances.completed,
      cancelled: given.duration('cancelled', 0) ?? rules.instances.cancelled,
      failed: given.duration('failed', 0) ?? rules.instances.failed,
    },
    events: given.duration('events', 0) ?? rules.events,
    idempotencyKeys: given.duration('idempotencyKeys', 0) ?? rules.idempotencyKeys,
    statistics: given.duration('statistics', 0) ?? rules.statistics,
    audit: given.duration('audit', 0) ?? rules.audit,
  };
}

function readRetry(errorHandler: OptionReader): Partial<RetryOptions> {
  const retry = errorHandler.section('retry', RETRY);
  const maxRetries = errorHandler.count('maxRetries', 0);
  const maxAttempts = retry.count('maxAttempts', 1);
  return defined({
    maxAttempts: maxRetries === undefined ? maxAttempts : maxRetries + 1,
    baseDelay: retry.duration('baseDelay', 0),
    maxDelay: retry.duration('maxDelay', 0),
    backoffMultiplier: retry.factor('backoffMultiplier', 1),
    jitter: retry.flag('jitter'),
  });
}

function readStepTimeout(timeout: OptionReader): number | null | undefined {
  return timeout.value('step') === null ? null : timeout.duration('step', 1);
}

/** Without what is undefined, so that it does not hide a default. */
function defined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
