import { defaultServerConditions } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

// Tests run from the sources of every library, without a build.
const conditions = ['@workflow-runner/source', ...defaultServerConditions];

type Settings = NonNullable<TestProjectInlineConfiguration['test']>;

const project = (
  name: string,
  include: string[],
  settings: Settings = {},
): TestProjectInlineConfiguration => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Said here, too, because no tsconfig.json that emits includes the specs.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    name,
    include,
    environment: 'node',
    setupFiles: ['test/setup.ts'],
    pool: 'threads',
    isolate: false,
    ...settings,
  },
});

/** Real processes that are killed, or module-wide state: a process a file, one file at a time. */
const apart: Settings = { pool: 'forks', isolate: true, fileParallelism: false };
const long: Settings = { testTimeout: 120_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      project('unit', [
        'libs/*/src/**/*.spec.ts',
        'src/**/*.spec.ts',
        'test/bench/*.spec.mjs',
        'test/servers/**/*.spec.{mjs,ts}',
      ]),
      project('architecture', ['test/architecture.spec.ts'], { testTimeout: 30_000 }),
      project('examples', ['examples/**/*.spec.ts', 'test/examples/**/*.spec.ts'], { pool: 'forks' }),
      project('contract', ['test/contract/**/*.spec.ts'], { testTimeout: 30_000 }),
      project('e2e', ['test/e2e/**/*.spec.ts'], { testTimeout: 60_000, hookTimeout: 60_000 }),
      project('crash', ['test/crash/**/*.spec.ts'], { ...apart, ...long }),
      project('mongo', ['test/mongo/**/*.spec.ts'], {
        ...apart,
        ...long,
        globalSetup: 'test/servers/mongo/global-setup.ts',
      }),
      project('compat', ['test/compat/**/*.spec.ts'], {
        testTimeout: 30_000,
        exclude: ['test/compat/seed/**'],
      }),
      project('sim', ['test/sim/**/*.spec.ts'], long),
      project('packed', ['test/packed/*.spec.ts', 'test/compat/seed/*.spec.ts', 'test/image/*.spec.ts'], {
        ...apart,
        ...long,
      }),
    ],
    passWithNoTests: true,
    coverage: {
      provider: 'v8',
      include: ['libs/*/src/**/*.ts', 'src/**/*.ts'],
      exclude: ['**/*.spec.ts', '**/index.ts', 'src/main.ts'],
      reporter: ['text-summary', 'html'],
    },
  },
});
