import { type StepBody, WorkflowErrorHandling } from '@workflow-runner/engine';
import type { StepBuilder, StepContext, WorkflowBase, WorkflowBuilder } from '@workflow-runner/engine';
import { asking, doing, undoing, type PathOf, type PlacedBody, type Workplace } from './bodies.js';
import {
  counterKey,
  countsOf,
  increment,
  itemOf,
  pathOf,
  type Data,
  type Place,
  type Counter,
} from './place.js';
import { formatItem, formatPath, RETRY_INTERVAL_MS } from './program.js';
import type { Node, Saga, Sequence, Step, Undo, Wait } from './program.js';
import type { Role } from './world.js';

type Builder = WorkflowBuilder<Data>;
type Chain = StepBuilder<StepBody, Data>;

/** Makes the workflow of a program. Every process makes its own, so that its bodies know where they run. */
export function workflowOf(program: Sequence, workplace: Workplace): new () => WorkflowBase<Data> {
  return class RandomProgram {
    readonly id = 'random-program';
    readonly version = 1;
    build(builder: Builder): void {
      new Assembler(workplace).body(builder, program, { counters: [], items: 0, opens: null });
    }
  };
}

class Assembler {
  constructor(private readonly workplace: Workplace) {}

  body(builder: Builder, sequence: Sequence, place: Place): void {
    const [first, ...rest] = sequence;
    if (first?.kind !== 'step') throw new TypeError('A sequence begins with a step');
    let chain = this.settle(first, builder.startWith<StepBody>(doing(this.workplace, first, place)), place);
    const inner = { ...place, opens: null };
    for (const node of rest) chain = this.node(chain, node, inner);
  }

  private node(chain: Chain, node: Node, place: Place): Chain {
    switch (node.kind) {
      case 'step':
        return this.settle(node, chain.then<StepBody>(doing(this.workplace, node, place)), place);
      case 'parallel': {
        let parallel = chain.parallel();
        for (const branch of node.branches) parallel = parallel.do((then) => this.body(then, branch, place));
        return parallel.join() as Chain;
      }
      case 'foreach': {
        const items = (_data: Data, context: StepContext): string[] =>
          Array.from({ length: node.items }, (_, index) => formatItem(itemOf(context), node.label, index));
        const inner = { ...place, items: place.items + 1 };
        return chain.foreach(items).do((then) => this.body(then, node.body, inner)) as Chain;
      }
      case 'while': {
        const counter = { label: node.label, items: place.items };
        const goesOn = (data: Data, context: StepContext): boolean =>
          countsOf([...place.counters, counter], data, itemOf(context)).at(-1)! < node.turns;
        return chain.while(goesOn).do((then) => this.counted(then, node.body, place, counter, null)) as Chain;
      }
      case 'if':
        return chain.if(() => node.taken).do((then) => this.body(then, node.body, place)) as Chain;
      case 'saga':
        return this.saga(chain, node, place);
      case 'wait':
        return this.wait(chain, node, place);
      case 'delay':
        return chain.delay((data, context) => {
          this.note(context, pathOf(node.label, place, data, context), 'delay');
          return node.ms;
        }) as Chain;
    }
  }

  private saga(chain: Chain, node: Saga, place: Place): Chain {
    const counter = { label: node.label, items: place.items };
    const saga = chain.saga((then) => this.counted(then, node.body, place, counter, node));
    if (node.retry) saga.onError(WorkflowErrorHandling.Retry, RETRY_INTERVAL_MS);
    const path = (data: Data, context: StepContext): string => {
      const counts = countsOf(place.counters, data, itemOf(context));
      return formatPath(node.label, itemOf(context), [...counts, 1]);
    };
    if (node.undo) this.compensate(saga as Chain, node.label, node.undo, path);
    return saga as Chain;
  }

  /** A body that counts how often it was begun. */
  private counted(
    builder: Builder,
    body: Sequence,
    place: Place,
    counter: Counter,
    opens: Saga | null,
  ): void {
    const count: Step = {
      kind: 'step',
      label: `${counter.label}.n`,
      fault: { kind: 'none' },
      undo: null,
      workMs: 0,
      heedsAbort: false,
    };
    const inner: Place = { ...place, counters: [...place.counters, counter], opens };
    const counting = builder.startWith<StepBody>(doing(this.workplace, count, inner));
    this.settle(count, counting, inner);
    counting.output((_step, data, context) => {
      const outer = countsOf(place.counters, data, itemOf(context));
      increment(data, counterKey(counter, outer, itemOf(context)));
    });
    let chain = counting;
    for (const node of body) chain = this.node(chain, node, { ...inner, opens: null });
  }

  private wait(chain: Chain, node: Wait, place: Place): Chain {
    const ask = chain.then<StepBody>(asking(this.workplace, node, place));
    ask.name(`${node.label}.ask`).output(this.completed());
    const effective = node.answer === 'early' ? () => new Date(0) : undefined;
    const key = (data: Data, context: StepContext): string => {
      const path = pathOf(node.label, place, data, context);
      this.note(context, path, 'wait');
      return path;
    };
    const wait = effective ? ask.waitFor('answer', key, effective) : ask.waitFor('answer', key);
    return wait.name(node.label).output((step, data, context) => {
      increment(data, `got ${pathOf(node.label, place, data, context)} ${String(step.eventData)}`);
    }) as Chain;
  }

  private note(context: StepContext, path: string, role: Role): void {
    if (!this.workplace.isDead) this.workplace.world.note(context.pointer.id, path, role);
  }

  private settle(node: Step, chain: Chain, place: Place): Chain {
    chain.name(node.label).output(this.completed());
    if (node.fault.kind === 'stubborn') chain.onError(WorkflowErrorHandling.Retry, RETRY_INTERVAL_MS);
    const path = (data: Data, context: StepContext): string => pathOf(node.label, place, data, context);
    if (node.undo) this.compensate(chain, node.label, node.undo, path);
    return chain;
  }

  private completed(): (step: StepBody, data: Data, context: StepContext) => void {
    return (step, data, context) => {
      increment(data, `done ${(step as PlacedBody).path}`);
      context.local.count = Number(context.local.count ?? 0) + 1;
    };
  }

  private compensate(chain: Chain, label: string, undo: Undo, path: PathOf): void {
    chain.compensateWith(undoing(this.workplace, undo, path), (setup) => {
      setup
        .name(`undo ${label}`)
        .output((step, data) => increment(data, `undone ${(step as PlacedBody).path}`));
    });
  }
}
