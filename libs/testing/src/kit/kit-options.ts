import type { ModuleMetadata } from '@nestjs/common';
import type {
  Duration,
  IPersistenceConfig,
  IWorkflowRunnerProps,
  RunnerWorkflow,
} from '@workflow-runner/runner';

/** What a step or another provider is replaced by; as in `@nestjs/testing`. */
export interface OverrideWith<TBuilder> {
  useValue(value: unknown): TBuilder;
  useFactory(options: { factory: (...args: never[]) => unknown; inject?: unknown[] }): TBuilder;
  useClass(type: unknown): TBuilder;
}

/** What of Nest's `TestingModuleBuilder` an override may use; it is handed the whole builder. */
export interface OverridableModule {
  overrideProvider(token: unknown): OverrideWith<OverridableModule>;
  overrideGuard(token: unknown): OverrideWith<OverridableModule>;
  overridePipe(token: unknown): OverrideWith<OverridableModule>;
  overrideInterceptor(token: unknown): OverrideWith<OverridableModule>;
  overrideFilter(token: unknown): OverrideWith<OverridableModule>;
}

/** The application around the runner. */
export interface NestParts extends Pick<ModuleMetadata, 'imports' | 'providers' | 'controllers'> {
  /** Replaces providers, before each start of a process. Needs `@nestjs/testing`, as all of these. */
  override?(builder: OverridableModule): unknown;
}

/** What of a runner's props a test may choose; the rest is the kit's. */
export type KitProps = Pick<IWorkflowRunnerProps, 'components' | 'legacyOutputs' | 'execute' | 'verbose'> & {
  readonly persistence?: Pick<IPersistenceConfig, 'codec'>;
};

/**
 * What a test kit is made of: workflows and, with any of `imports`, `providers`, `controllers` and `override`, a Nest
 * application around them.
 */
export interface TestKitOptions extends NestParts {
  /** Registered beside those of the modules. */
  readonly workflows?: readonly RunnerWorkflow[];
  /** Wins over what the application's `forRoot` says. */
  readonly props?: KitProps;
  /** The first moment: a Date, epoch ms or what `Date` reads. @default '2026-01-01T00:00:00Z' */
  readonly startAt?: Date | number | string;
  /** `new Date()` and `Date.now()` show the kit's time until it is closed. @default true */
  readonly virtualDate?: boolean;
  /** Of everything random, which is the spread of retries. @default 1 */
  readonly seed?: number;
  /** Longest real time that work which is due at one moment may take. @default '4s' */
  readonly patience?: Duration;
}

/** The kit's own choices where the test has none. */
export const KIT_DEFAULTS = { startAt: '2026-01-01T00:00:00Z', seed: 1, patience: '4s' } as const;
