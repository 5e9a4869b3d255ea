import { forwardRef, Module } from '@nestjs/common';
import { WorkflowRunnerModule } from '@workflow-runner/runner';
import { describe, expect, it } from 'vitest';
import { importsRunner } from './imports-runner.js';

@Module({})
class Plain {}

describe('importsRunner', () => {
  it('finds the runner in whatever form and depth a module imports it', async () => {
    @Module({ imports: [WorkflowRunnerModule.forRoot()] })
    class Direct {}
    @Module({ imports: [Plain, forwardRef(() => Direct)] })
    class Circular {}
    for (const imported of [
      WorkflowRunnerModule.forRoot(),
      Direct,
      Circular,
      Promise.resolve({ module: Plain, imports: [Circular] }),
    ]) {
      expect(await importsRunner([Plain, imported])).toBe(true);
    }
  });

  it('finds none where there is none, although modules import each other or list workflows', async () => {
    @Module({ imports: [forwardRef(() => There), WorkflowRunnerModule.forFeature([])] })
    class Here {}
    @Module({ imports: [forwardRef(() => Here)] })
    class There {}
    expect(await importsRunner([Here, { module: Plain }])).toBe(false);
  });
});
