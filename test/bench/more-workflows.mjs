/** The workflows that branch, wait and sleep. @see workflows.mjs */
export function makeMoreWorkflows({ StepBody, ExecutionResult }, hooks) {
  class Add extends StepBody {
    run(context) {
      context.workflow.data.n += 1;
      return ExecutionResult.next();
    }
  }

  class Begin extends StepBody {
    run() {
      hooks.began?.();
      return ExecutionResult.next();
    }
  }

  class End extends StepBody {
    run(context) {
      hooks.woke?.(context.workflow.data);
      hooks.last?.(context.workflow.data);
      return ExecutionResult.next();
    }
  }

  class Fork {
    id = 'bench-fork';
    version = 1;
    build(builder) {
      let fork = builder.startWith(Begin).parallel();
      for (let i = 0; i < 100; i += 1) fork = fork.do((branch) => branch.startWith(Add));
      fork.join().then(End);
    }
  }

  class Wait {
    id = 'bench-wait';
    version = 1;
    build(builder) {
      builder
        .startWith(Begin)
        .waitFor(
          'bench.event',
          (data) => data.eventKey,
          () => new Date(0),
        )
        .output((step, data) => (data.n = step.eventData))
        .then(End);
    }
  }

  class Sleep {
    id = 'bench-sleep';
    version = 1;
    build(builder) {
      builder
        .startWith(Begin)
        .delay((data) => {
          // When the sleep begins, not when the workflow does; asked again when it wakes.
          data.since ??= Date.now();
          return 2_000;
        })
        .then(End);
    }
  }

  class Linger extends StepBody {
    async run(context) {
      hooks.began?.();
      await new Promise((resolve) => setTimeout(resolve, context.workflow.data.ms));
      context.workflow.data.n += 1;
      return ExecutionResult.next();
    }
  }

  class Slow {
    id = 'bench-linger';
    version = 1;
    build(builder) {
      builder.startWith(Linger);
    }
  }

  class ThreeSteps {
    id = 'bench-three';
    version = 1;
    build(builder) {
      builder.startWith(Add).then(Add).then(End);
    }
  }

  return [Fork, Wait, Sleep, Slow, ThreeSteps];
}
