/**
 * The measured workflows, the same for every engine: only the base classes differ.
 * @param asStep what becomes of the classes of W1 and W2
 */
export function makeWorkflows({ StepBody, ExecutionResult }, hooks, asStep = (body) => body) {
  class PlainCount extends StepBody {
    run(context) {
      context.workflow.data.n += 1;
      return ExecutionResult.next();
    }
  }

  class PlainLast extends StepBody {
    run(context) {
      context.workflow.data.n += 1;
      hooks.last?.(context.workflow.data);
      return ExecutionResult.next();
    }
  }

  class SlowEffect extends StepBody {
    async run(context) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      context.workflow.data.n += 1;
      hooks.effect?.(context);
      return ExecutionResult.next();
    }
  }

  class Turn extends StepBody {
    run(context) {
      const data = context.workflow.data;
      data.n += 1;
      hooks.turn?.(data.n);
      return ExecutionResult.next();
    }
  }

  const [Count, Last] = [asStep(PlainCount), asStep(PlainLast)];

  const chain = (builder, first, rest) =>
    rest.reduce((step, body) => step.then(body), builder.startWith(first));

  class OneStep {
    id = 'bench-one';
    version = 1;
    build(builder) {
      builder.startWith(Last);
    }
  }

  class TenSteps {
    id = 'bench-ten';
    version = 1;
    build(builder) {
      chain(builder, Count, [...Array(8).fill(Count), Last]);
    }
  }

  class TenSlowSteps {
    id = 'bench-slow';
    version = 1;
    build(builder) {
      chain(builder, SlowEffect, Array(9).fill(SlowEffect));
    }
  }

  class Loop {
    id = 'bench-loop';
    version = 1;
    build(builder) {
      builder
        .startWith(Count)
        .while((data) => data.n < data.turns)
        .do((then) => then.startWith(Turn))
        .then(Last);
    }
  }

  return [OneStep, TenSteps, TenSlowSteps, Loop];
}
