import {
  DEFAULT_DATA_LIMITS,
  InvalidOptionsError,
  type DataLimits,
  type RetentionRules,
} from '@workflow-runner/contract';

export interface HostOptions {
  /** Stable name of this node; restarts under the same name take over at once. @default a random one */
  readonly nodeId: string | null;
  /** Instances this node runs at once (those at rest do not count). @default 1_000 */
  readonly maxConcurrentWorkflows: number;
  /** Steps of one instance that run at once. @default 100 */
  readonly maxPerInstance: number;
  /** How long a node may be silent before others take over, in ms. @default 15_000 */
  readonly leaseMs: number;
  /** Longest sleep between looks at the store when nothing wakes the host, in ms. @default 1_000 */
  readonly pollIntervalMs: number;
  /** How long a stop waits for running steps, in ms. @default 10_000 */
  readonly drainMs: number;
  /** How long a timed-out or aborted body may go on before it is left behind, in ms. @default 5_000 */
  readonly graceMs: number;
  /** Deaths of the process under a durable start mark after which a step fails. Infinity: never. @default 10 */
  readonly maxCrashes: number;
  /** Output mappers run after every execution of a body, as in workflow-es, not only when it proceeds. @default false */
  readonly legacyOutputs: boolean;
  /** Images of resting instances kept in memory. @default 500 */
  readonly cachedImages: number;
  /** False: starts, signals and lists, but runs nothing. @default true */
  readonly execute: boolean;
  /** A log line for every step. @default false */
  readonly verbose: boolean;
  /** Keeps an entry of everything that is asked for. @default true */
  readonly audit: boolean;
  readonly limits: DataLimits;
  /** Lengths after which ended instances and the like are deleted, in ms; null keeps everything. */
  readonly retention: RetentionRules | null;
}

const DAY_MS = 86_400_000;

export const HOST_DEFAULTS: HostOptions = {
  nodeId: null,
  maxConcurrentWorkflows: 1_000,
  maxPerInstance: 100,
  leaseMs: 15_000,
  pollIntervalMs: 1_000,
  drainMs: 10_000,
  graceMs: 5_000,
  maxCrashes: 10,
  legacyOutputs: false,
  cachedImages: 500,
  execute: true,
  verbose: false,
  audit: true,
  limits: DEFAULT_DATA_LIMITS,
  retention: {
    instances: { completed: 7 * DAY_MS, cancelled: DAY_MS, failed: 30 * DAY_MS },
    events: 7 * DAY_MS,
    idempotencyKeys: 30 * DAY_MS,
    statistics: 30 * DAY_MS,
    audit: 90 * DAY_MS,
  },
};

const AT_LEAST: Partial<Record<keyof HostOptions, number>> = {
  maxConcurrentWorkflows: 1,
  maxPerInstance: 1,
  leaseMs: 100,
  pollIntervalMs: 1,
  drainMs: 0,
  graceMs: 0,
  maxCrashes: 1,
  cachedImages: 0,
};

/** @throws {InvalidOptionsError} names the option */
export function resolveHostOptions(given: Partial<HostOptions>): HostOptions {
  for (const key of Object.keys(given)) {
    if (!(key in HOST_DEFAULTS)) throw new InvalidOptionsError(key, 'is no option of the host');
  }
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const options: HostOptions = { ...HOST_DEFAULTS, ...defined };
  for (const [key, least] of Object.entries(AT_LEAST) as [keyof HostOptions, number][]) {
    const value = options[key];
    if (typeof value !== 'number' || Number.isNaN(value) || value < least) {
      throw new InvalidOptionsError(key, `must be a number of at least ${least}`);
    }
  }
  return options;
}
