import {
  bodiesOf,
  compensates,
  type Fault,
  type Node,
  type Saga,
  type Sequence,
  type Step,
  type Undo,
  type Wait,
} from './program.js';
import { SeededRandom } from './seeded-random.js';

const DEEPEST = 4;
const KINDS = [
  'step',
  'step',
  'parallel',
  'foreach',
  'while',
  'if',
  'saga',
  'saga',
  'wait',
  'delay',
] as const;

/** Makes the program of a seed. Small seeds make small programs, so the first that fails is a short one. */
export function generate(seed: number): Sequence {
  const generator = new Generator(
    new SeededRandom(seed),
    4 + (seed % 18),
    seed % 2 === 1 ? 'signal' : 'event',
  );
  const program = generator.sequence(0, false);
  settleFaults(program, null);
  return program;
}

class Generator {
  private labels = 0;

  constructor(
    private readonly random: SeededRandom,
    private budget: number,
    /** How the waits outside of everything are answered. */
    private readonly topAnswer: Wait['by'],
  ) {}

  sequence(depth: number, inSaga: boolean): Sequence {
    const nodes: Node[] = [this.step(inSaga)];
    const longest = depth === 0 ? 5 : 3;
    for (
      let length = this.random.between(depth === 0 ? 2 : 0, longest);
      length > 0 && this.budget > 0;
      length -= 1
    ) {
      nodes.push(this.node(depth, inSaga));
    }
    return nodes;
  }

  private node(depth: number, inSaga: boolean): Node {
    const kind = depth < DEEPEST ? this.random.pick(KINDS) : 'step';
    const body = (): Sequence => this.sequence(depth + 1, inSaga || kind === 'saga');
    switch (kind) {
      case 'step':
        return this.step(inSaga);
      case 'parallel':
        if (inSaga && this.random.chance(0.4)) return this.race();
        return { kind, branches: Array.from({ length: this.random.between(2, 3) }, body) };
      case 'foreach':
        return { kind, label: this.label('f'), items: this.random.between(0, 3), body: body() };
      case 'while':
        return { kind, label: this.label('w'), turns: this.random.between(0, 3), body: body() };
      case 'if':
        return { kind, taken: this.random.chance(0.7), body: body() };
      case 'saga':
        return {
          kind,
          label: this.label('g'),
          undo: this.undo(0.3),
          retry: this.random.chance(0.25),
          body: body(),
        };
      case 'wait':
        return this.wait(depth === 0 ? this.topAnswer : 'event');
      case 'delay':
        return { kind, label: this.label('d'), ms: this.random.pick([0, 1, 50, 1_000, 5_000]) };
    }
  }

  private wait(by: Wait['by']): Wait {
    const answer = this.random.pick(['early', 'window', 'late'] as const);
    return { kind: 'wait', label: this.label('e'), answer, by };
  }

  /** A wait stands in one branch while the other fails. */
  private race(): Node {
    const wait: Node = { kind: 'wait', label: this.label('e'), answer: 'late', by: 'event' };
    const failing: Node = { ...this.step(true), fault: { kind: 'broken' }, workMs: 2_000 };
    return { kind: 'parallel', branches: [[this.step(true), wait], [failing]] };
  }

  private step(inSaga: boolean): Step {
    this.budget -= 1;
    return {
      kind: 'step',
      label: this.label('s'),
      fault: this.random.chance(inSaga ? 0.3 : 0.15) ? this.fault() : { kind: 'none' },
      undo: this.undo(inSaga ? 0.6 : 0.1),
      workMs: this.workMs(),
      heedsAbort: this.random.chance(0.5),
    };
  }

  private fault(): Fault {
    const kind = this.random.pick(['flaky', 'stubborn', 'broken'] as const);
    return kind === 'broken' ? { kind } : { kind, times: this.random.between(1, 2) };
  }

  private undo(probability: number): Undo | null {
    if (!this.random.chance(probability)) return null;
    const faulty = this.random.chance(0.15);
    const flaky: Fault = this.random.chance(0.5) ? { kind: 'flaky', times: 1 } : { kind: 'broken' };
    return { fault: faulty ? flaky : { kind: 'none' }, workMs: this.workMs() };
  }

  private workMs(): number {
    return this.random.chance(0.6) ? 0 : this.random.pick([1, 10, 10, 300, 2_000]);
  }

  private label(letter: string): string {
    this.labels += 1;
    return `${letter}${this.labels}`;
  }
}

/**
 * A step that fails into a saga that is begun again must stop failing some day: it counts that saga's rounds.
 * A saga without compensations handles nothing, and is not begun again.
 */
function settleFaults(sequence: Sequence, handler: Saga | null): void {
  for (const node of sequence) {
    if (node.kind === 'saga') node.retry = node.retry && compensates(node);
    if (node.kind === 'step' && handler?.retry && ['flaky', 'broken'].includes(node.fault.kind)) {
      const times = node.fault.kind === 'flaky' ? node.fault.times : 1;
      node.fault = { kind: 'rounds', times, saga: handler.label };
    }
    const inner = node.kind === 'saga' && compensates(node) ? node : handler;
    for (const body of bodiesOf(node)) settleFaults(body, inner);
  }
}
