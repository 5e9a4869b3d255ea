import type { StepActivator, StepBody, StepContext } from '@workflow-runner/runner';
import type { StepOverrides } from './step-overrides.js';

/** Makes the bodies of one process: tells when one begins, and puts fakes in the place of others. */
export class KitActivator implements StepActivator {
  constructor(
    private readonly inner: StepActivator | undefined,
    private readonly overrides: StepOverrides,
    /** @returns false: the process dies before this body begins */
    private readonly begins: (context: StepContext) => boolean,
  ) {}

  create(body: new () => StepBody, context: StepContext): StepBody | Promise<StepBody> {
    if (!this.begins(context)) return new Promise<never>(() => undefined);
    const type = this.overrides.classFor(body);
    return this.inner ? this.inner.create(type, context) : new type();
  }

  run<T>(context: StepContext, work: () => T): T {
    return this.inner?.run ? this.inner.run(context, work) : work();
  }
}
