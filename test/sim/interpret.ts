import { compensates, endsSharply, formatItem, formatPath, RETRY_INTERVAL_MS } from './program.js';
import type { Act, Before, Fate, Prediction, SagaRound } from './prediction.js';
import type { Delay, Foreach, Node, Parallel, Saga, Sequence, Step } from './program.js';

interface Surroundings {
  readonly item: string;
  readonly counts: readonly number[];
  /** Rounds of the sagas around, by label. */
  readonly rounds: ReadonlyMap<string, number>;
  readonly sagas: readonly string[];
  readonly local: { completed: number };
}

interface Result {
  readonly after: readonly Before[];
  /** A step failed into a saga around: nothing comes behind it. */
  readonly failed: boolean;
}

const COMPLETES = { fate: 'completes', handler: null, retries: 0, undo: null } as const;
const NO_UNDO = { fault: { kind: 'none' }, undo: null, workMs: 0, heedsAbort: false } as const;

/**
 * Says what must be seen of a program, by walking through it as if it ran alone: which steps run, behind which
 * others, how their failures end. Where a branch fails beside others, theirs is only what may be seen.
 */
export function interpret(program: Sequence): Prediction {
  const interpreter = new Interpreter();
  const top: Surroundings = { item: '', counts: [], rounds: new Map(), sagas: [], local: { completed: 0 } };
  interpreter.sequence(program, top, []);
  return interpreter;
}

class Interpreter implements Prediction {
  readonly acts = new Map<string, Act>();
  readonly sagas = new Map<string, SagaRound>();

  sequence(sequence: Sequence, around: Surroundings, after: readonly Before[]): Result {
    let result: Result = { after, failed: false };
    for (const node of sequence) {
      result = this.node(node, around, result.after);
      if (result.failed) break;
    }
    return result;
  }

  private node(node: Node, around: Surroundings, after: readonly Before[]): Result {
    switch (node.kind) {
      case 'step':
        return this.step(node, around, after);
      case 'parallel':
        return this.parallel(node, around, after);
      case 'foreach':
        return this.foreach(node, around, after);
      case 'while':
        return this.while(node.label, node.turns, node.body, around, after);
      case 'if':
        return node.taken ? this.sequence(node.body, around, after) : { after, failed: false };
      case 'saga':
        return this.saga(node, around, after);
      case 'wait':
        return this.wait(node.label, around, after);
      case 'delay':
        return this.delay(node, around, after);
    }
  }

  private step(node: Step, around: Surroundings, after: readonly Before[]): Result {
    const handler = around.sagas.at(-1) ?? null;
    const fate = fateOf(node, around, handler);
    const retries =
      fate === 'completes' && 'times' in node.fault && node.fault.kind !== 'rounds' ? node.fault.times : 0;
    const path = this.act(node.label, 'do', around, after, { fate, handler, retries, undo: node.undo });
    if (fate === 'fails') return { after: [], failed: true };
    if (fate === 'undoes-itself') return { after: [{ kind: 'undo', path, gapMs: 0 }], failed: false };
    around.local.completed += 1;
    return { after: [{ kind: 'act', path, gapMs: 0 }], failed: false };
  }

  private wait(label: string, around: Surroundings, after: readonly Before[]): Result {
    const asked = this.step({ ...NO_UNDO, kind: 'step', label: `${label}.ask` }, around, after);
    const path = this.act(label, 'wait', around, asked.after, COMPLETES);
    return { after: [{ kind: 'act', path, gapMs: 0 }], failed: false };
  }

  private delay({ label, ms }: Delay, around: Surroundings, after: readonly Before[]): Result {
    const path = this.act(label, 'delay', around, after, COMPLETES);
    const waited = after.map((before) => ({ ...before, gapMs: before.gapMs + ms }));
    return { after: [...waited, { kind: 'act', path, gapMs: 0 }], failed: false };
  }

  private parallel({ branches }: Parallel, around: Surroundings, after: readonly Before[]): Result {
    const runs = branches.map((branch) => () => this.sequence(branch, fork(around), after));
    return this.sideBySide(runs, after);
  }

  private foreach({ label, items, body }: Foreach, around: Surroundings, after: readonly Before[]): Result {
    const runs = Array.from({ length: items }, (_, index) => () => {
      const item = formatItem(around.item, label, index);
      return this.sequence(body, { ...fork(around), item }, after);
    });
    return this.sideBySide(runs, after);
  }

  /** One that fails cuts the others off wherever they are; of two that fail nobody knows which is first. */
  private sideBySide(runs: readonly (() => Result)[], after: readonly Before[]): Result {
    if (runs.length === 0) return { after, failed: false };
    const branches = runs.map((run) => {
      const [acts, sagas] = [this.acts.size, this.sagas.size];
      const result = run();
      return {
        ...result,
        made: [...[...this.acts.values()].slice(acts), ...[...this.sagas.values()].slice(sagas)],
      };
    });
    const failing = branches.filter(({ failed }) => failed);
    if (failing.length === 0) return { after: branches.flatMap((branch) => branch.after), failed: false };
    for (const branch of branches) {
      if (branch.failed && failing.length === 1) continue;
      for (const made of branch.made) made.must = false;
    }
    return { after: [], failed: true };
  }

  private while(
    label: string,
    turns: number,
    body: Sequence,
    around: Surroundings,
    after: readonly Before[],
  ): Result {
    let result: Result = { after, failed: false };
    for (let turn = 1; turn <= turns && !result.failed; turn += 1) {
      result = this.counted(label, turn, body, around, result.after);
    }
    return result;
  }

  /** A body that begins with the step which counts it. */
  private counted(
    label: string,
    count: number,
    body: Sequence,
    around: Surroundings,
    after: readonly Before[],
  ): Result {
    const before = { ...around, counts: [...around.counts, count - 1] };
    const counting = this.step({ ...NO_UNDO, kind: 'step', label: `${label}.n` }, before, after);
    return this.sequence(body, { ...around, counts: [...around.counts, count] }, counting.after);
  }

  private saga(node: Saga, around: Surroundings, after: readonly Before[]): Result {
    if (!compensates(node)) return this.round(node, 1, around, after);
    for (let round = 1; ; round += 1) {
      const path = formatPath(node.label, around.item, [...around.counts, round]);
      const made: SagaRound = {
        path,
        item: around.item,
        local: around.local.completed,
        must: true,
        outcome: 'completes',
        undo: node.undo,
        sagas: around.sagas,
        needs: [],
        endsSharply: endsSharply(node.body),
      };
      const acts = this.acts.size;
      this.sagas.set(path, made);
      const result = this.round(node, round, { ...around, sagas: [...around.sagas, path] }, after);
      const inside = [...this.acts.values()].slice(acts);
      made.needs = inside.filter(({ must, fate }) => must && fate === 'completes').map((act) => act.path);
      if (!result.failed) return result;
      made.outcome = 'compensates';
      const gapMs = node.retry ? RETRY_INTERVAL_MS : 0;
      after = [{ kind: 'saga', path, gapMs }];
      if (!node.retry) return { after, failed: false };
    }
  }

  private round(node: Saga, round: number, around: Surroundings, after: readonly Before[]): Result {
    const rounds = new Map([...around.rounds, [node.label, round]]);
    return this.counted(node.label, round, node.body, { ...around, rounds }, after);
  }

  private act(
    label: string,
    role: Act['role'],
    around: Surroundings,
    after: readonly Before[],
    rest: Pick<Act, 'fate' | 'handler' | 'retries' | 'undo'>,
  ): string {
    const { item, sagas } = around;
    const path = formatPath(label, item, around.counts);
    if (this.acts.has(path)) throw new Error(`The interpreter came to ${path} twice`);
    this.acts.set(path, {
      path,
      role,
      item,
      must: true,
      after,
      local: around.local.completed,
      sagas,
      ...rest,
    });
    return path;
  }
}

function fateOf({ fault, undo }: Step, around: Surroundings, handler: string | null): Fate {
  switch (fault.kind) {
    case 'none':
    case 'stubborn':
      return 'completes';
    case 'rounds':
      return around.rounds.get(fault.saga)! <= fault.times ? 'fails' : 'completes';
    default:
      if (handler !== null) return 'fails';
      return undo === null ? 'completes' : 'undoes-itself';
  }
}

function fork(around: Surroundings): Surroundings {
  return { ...around, local: { ...around.local } };
}
