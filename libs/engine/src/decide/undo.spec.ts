import { describe, expect, it } from 'vitest';
import { ExecutionResult, StepBody, WorkflowErrorHandling } from '../authoring/workflow-es.js';
import type { WorkflowBuilder } from '../authoring/workflow-builder.js';
import { compile, type CompiledDefinition } from '../definition/compiled-definition.js';
import { fold } from '../state/fold.js';
import { InstanceState } from '../state/instance-state.js';
import type { Pointer } from '../state/pointer.js';
import { beginEnding } from './apply-control.js';
import { applyFailure } from './apply-failure.js';
import { applyResult } from './apply-result.js';
import { Draft, encodeSnapshot } from './draft.js';
import type { StepResult } from './primitives.js';
import { resumeWindingDown } from './undo.js';

class Work extends StepBody {
  async run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

const WAITS = { sleep: null, eventName: null, eventKey: null, eventAsOf: null };
const NEXT: StepResult = {
  proceed: true,
  outcomeValue: null,
  persistenceData: null,
  branchValues: [],
  ...WAITS,
};
const OPENED: StepResult = {
  ...NEXT,
  proceed: false,
  branchValues: [null],
  persistenceData: { opened: true },
};

/** An instance that is decided about step by step, by the names of its steps. */
class Hand {
  state = new InstanceState();
  readonly undone: string[] = [];
  /** Names of the steps whose bodies are at work. */
  running: string[] = [];
  ended: Draft['ended'] = null;
  private revision = 0;
  private readonly definition: CompiledDefinition;

  constructor(build: (builder: WorkflowBuilder<unknown>) => void) {
    this.definition = compile({ id: 'undo', version: 1, build });
    this.state.add(this.state.newPointer(this.definition, 0, [], 0));
  }

  next(...names: string[]): this {
    for (const name of names)
      this.settle(name, (draft, pointer) => void applyResult(draft, pointer, NEXT, 1e6));
    return this;
  }

  open(...names: string[]): this {
    for (const name of names)
      this.settle(name, (draft, pointer) => void applyResult(draft, pointer, OPENED, 1e6));
    return this;
  }

  fail(name: string): this {
    const failure = { message: 'no', code: null, category: 'unknown' } as const;
    const policy = (): { action: 'fail' } => ({ action: 'fail' });
    return this.settle(name, (draft, pointer) => void applyFailure(draft, pointer, { ...failure, policy }));
  }

  cancel(): this {
    return this.decide((draft) => beginEnding(draft, null, true));
  }

  terminate(): this {
    return this.decide((draft) => beginEnding(draft, null, false));
  }

  /** Everything that was at work has died with its process. */
  die(): this {
    this.running = [];
    this.state = fold(encodeSnapshot(this.state, '{}'), [], this.definition);
    return this.decide(resumeWindingDown);
  }

  /** Runs one compensation after the other. */
  undoAll(): this {
    for (let left = this.undoing(); left; left = this.undoing()) this.next(left.stepName!);
    return this;
  }

  private undoing(): Pointer | undefined {
    return [...this.state.pointers.values()].find((pointer) => pointer.undoes && pointer.isReady);
  }

  private settle(name: string, change: (draft: Draft, pointer: Pointer) => void): this {
    this.running = this.running.filter((one) => one !== name);
    const pointer = [...this.state.pointers.values()].find((one) => one.isReady && one.stepName === name);
    if (!pointer) throw new Error(`${name} is not ready`);
    if (pointer.undoes) this.undone.push(name);
    return this.decide((draft) => change(draft, pointer));
  }

  private decide(change: (draft: Draft) => void): this {
    this.revision += 1;
    const isRunning = (pointer: Pointer): boolean => this.running.includes(pointer.stepName ?? '');
    const draft = new Draft(this.state, this.definition, 'i', this.revision, this.revision, isRunning);
    change(draft);
    this.ended = draft.ended;
    return this;
  }
}

function named(name: string) {
  return (step: {
    name(name: string): unknown;
    compensateWith(body: typeof Work, setup?: never): unknown;
  }): void => {
    step.name(name);
    step.compensateWith(Work, ((undo: { name(name: string): void }) => undo.name(`undo ${name}`)) as never);
  };
}

describe('What a cancel undoes', () => {
  it('is not a saga that was compensated and is yet to begin again', () => {
    const hand = new Hand((builder) => {
      const saga = builder
        .startWith(Work)
        .name('start')
        .saga((then) => {
          then.startWith(Work, named('a')).then(Work, named('b'));
        });
      named('saga')(saga.onError(WorkflowErrorHandling.Retry, 1_000));
    });
    hand.next('start').open('saga').next('a').fail('b').undoAll();
    expect(hand.undone).toEqual(['undo b', 'undo a', 'undo saga']);
    hand.cancel();
    expect(hand).toMatchObject({ ended: 'cancelled', undone: ['undo b', 'undo a', 'undo saga'] });
  });

  it('is undone once where its saga was undoing already', () => {
    const hand = new Hand((builder) => {
      const saga = builder
        .startWith(Work)
        .name('start')
        .saga((then) => {
          then.startWith(Work, named('a')).then(Work, named('b'));
        });
      named('saga')(saga);
    });
    hand.next('start').open('saga').next('a').fail('b').cancel().undoAll();
    expect(hand).toMatchObject({ ended: 'cancelled', undone: ['undo b', 'undo a', 'undo saga'] });
  });

  it('is undone once where two had failed and the compensation of the first is at work', () => {
    const hand = new Hand((builder) => {
      builder
        .startWith(Work)
        .name('start')
        .saga((then) => {
          const parallel = then.startWith(Work).name('in').parallel();
          parallel.do((branch) => branch.startWith(Work, named('a')));
          parallel.do((branch) => branch.startWith(Work, named('b')));
          parallel.join().name('both');
        })
        .name('saga');
    });
    hand.next('start').open('saga').next('in').open('both');
    hand.running = ['b'];
    hand.fail('a').fail('b');
    hand.running = ['undo b'];
    hand.cancel().fail('undo b').undoAll();
    expect(hand).toMatchObject({ ended: 'cancelled', undone: ['undo b', 'undo b', 'undo a'] });
  });

  it('begins with the inner one of two open sagas in which nothing was done', () => {
    const hand = new Hand((builder) => {
      const outer = builder
        .startWith(Work)
        .name('start')
        .saga((then) => {
          const inner = then
            .startWith(Work)
            .name('in')
            .saga((last) => last.startWith(Work).name('last'));
          named('inner')(inner);
        });
      named('outer')(outer);
    });
    hand.next('start').open('outer').next('in').open('inner').cancel().undoAll();
    expect(hand.undone).toEqual(['undo inner', 'undo outer']);
  });
});

describe('A terminated instance', () => {
  it('keeps nothing of what it could have undone', () => {
    const hand = new Hand((builder) => {
      builder
        .startWith(Work)
        .name('start')
        .saga((then) => {
          then.startWith(Work, named('a')).then(Work).name('b');
        })
        .name('saga');
    });
    hand.next('start').open('saga').next('a').terminate();
    expect(hand.ended).toBe('cancelled');
    expect(hand.state.pointers.size).toBe(0);
  });
});

describe('A death while the instance winds down', () => {
  it('repeats the compensation that was at work before those that follow it', () => {
    const hand = new Hand((builder) => {
      builder
        .startWith(Work)
        .name('start')
        .saga((then) => {
          then.startWith(Work, named('a')).then(Work, named('b'));
        })
        .name('saga');
    });
    hand.next('start').open('saga').next('a').fail('b');
    hand.running = ['undo b'];
    hand.cancel().die().undoAll();
    expect(hand).toMatchObject({ ended: 'cancelled', undone: ['undo b', 'undo a'] });
  });
});

describe("A branch's local", () => {
  const parallel = (then: WorkflowBuilder<unknown>): void => {
    const branches = then.startWith(Work).name('in').parallel();
    branches.do((branch) => branch.startWith(Work, named('a')));
    branches.do((branch) => branch.startWith(Work).name('b'));
    branches.join().name('both').then(Work).name('last');
  };
  const useLocals = ({ state }: Hand): void => {
    for (const pointer of state.pointers.values()) state.local(pointer.localKey).of = pointer.stepName;
  };

  it('is there for the compensation of a step in it, and gone when the saga is', () => {
    const hand = new Hand((builder) => {
      builder.startWith(Work).name('start').saga(parallel).name('saga');
    });
    hand.next('start').open('saga').next('in').open('both');
    useLocals(hand);
    hand.next('a', 'b').fail('last');
    const undo = [...hand.state.pointers.values()].find(({ undoes }) => undoes);
    expect(hand.state.local(undo!.localKey)).toEqual({ of: 'a' });
    hand.undoAll();
    expect([...hand.state.locals.keys()]).toEqual(['']);
  });

  it('goes with its container after a restart, too', () => {
    const hand = new Hand(parallel);
    hand.next('in').open('both');
    useLocals(hand);
    hand.die().next('a', 'b', 'last');
    expect([...hand.state.locals.keys()]).toEqual(['']);
  });
});
