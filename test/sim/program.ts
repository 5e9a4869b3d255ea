/*
 * The language of the random programs. One tree is read by three: `build-workflow` makes a workflow of it,
 * `interpret` says what must be seen, `printProgram` shows it to a person.
 */

/** How a step's body behaves before it succeeds. */
export type Fault =
  | { readonly kind: 'none' }
  /** Throws in its first attempts; the retry policy's budget is enough for all of them. */
  | { readonly kind: 'flaky'; readonly times: number }
  /** The same under the author's own `onError(Retry)`. */
  | { readonly kind: 'stubborn'; readonly times: number }
  /** Throws what is not retryable, until an operator has repaired the world. */
  | { readonly kind: 'broken' }
  /** Throws in the first rounds of the retried saga of that label. */
  | { readonly kind: 'rounds'; readonly times: number; readonly saga: string };

/** A compensation. */
export interface Undo {
  readonly fault: Fault;
  readonly workMs: number;
}

export interface Step {
  readonly kind: 'step';
  readonly label: string;
  fault: Fault;
  readonly undo: Undo | null;
  /** Length of its body in virtual time; 0: a few turns of the microtask queue. */
  readonly workMs: number;
  /** Stops at once when its AbortSignal fires; else it finishes its work first. */
  readonly heedsAbort: boolean;
}

export interface Parallel {
  readonly kind: 'parallel';
  readonly branches: readonly Sequence[];
}

export interface Foreach {
  readonly kind: 'foreach';
  readonly label: string;
  readonly items: number;
  readonly body: Sequence;
}

/** Its body begins with a step that counts the turn. */
export interface While {
  readonly kind: 'while';
  readonly label: string;
  readonly turns: number;
  readonly body: Sequence;
}

export interface If {
  readonly kind: 'if';
  readonly taken: boolean;
  readonly body: Sequence;
}

/** Its body begins with a step that counts the rounds. */
export interface Saga {
  readonly kind: 'saga';
  readonly label: string;
  readonly undo: Undo | null;
  /** Begins again after it was compensated. */
  retry: boolean;
  readonly body: Sequence;
}

/** A step that asks, then a wait for the answer: an event keyed by where the wait stands, or a signal to its step. */
export interface Wait {
  readonly kind: 'wait';
  readonly label: string;
  /**
   * `early`: while the asking step runs, so that only the effective date makes it count;
   * `window`: between the asking step's commit and the subscription;
   * `late`: when nothing else is going on.
   */
  readonly answer: 'early' | 'window' | 'late';
  /** A signal only where the wait stands in one place. */
  readonly by: 'event' | 'signal';
}

export interface Delay {
  readonly kind: 'delay';
  readonly label: string;
  readonly ms: number;
}

export type Node = Step | Parallel | Foreach | While | If | Saga | Wait | Delay;
/** Begins with a step. */
export type Sequence = readonly Node[];

export const RETRY_INTERVAL_MS = 700;

/** Whether a saga compensates a failure inside: it, or anything in it, has a compensation. */
export function compensates(saga: Saga): boolean {
  return saga.undo !== null || saga.body.some(hasUndo);
}

function hasUndo(node: Node): boolean {
  if (node.kind === 'step') return node.undo !== null;
  if (node.kind === 'saga') return compensates(node);
  return bodiesOf(node).some((body) => body.some(hasUndo));
}

export function bodiesOf(node: Node): readonly Sequence[] {
  if (node.kind === 'parallel') return node.branches;
  return 'body' in node ? [node.body] : [];
}

/** Whether what completes last in a sequence completes it: nothing has to be looked at once more, as in a loop. */
export function endsSharply(sequence: Sequence): boolean {
  const last = sequence.at(-1)!;
  if (last.kind === 'while') return false;
  if (last.kind === 'if' && !last.taken) return false;
  if (last.kind === 'foreach' && last.items === 0) return false;
  return bodiesOf(last).every(endsSharply);
}

/** Where a step stands: its label, the foreach item it is run with, the counts of the loops and sagas around it. */
export function formatPath(label: string, item: string, counts: readonly number[]): string {
  return label + (item === '' ? '' : `[${item}]`) + counts.map((count) => `#${count}`).join('');
}

/** The item a nested foreach hands to its body: all items around it, then its own. */
export function formatItem(outer: string, label: string, index: number): string {
  return `${outer === '' ? '' : `${outer}/`}${label}.${index}`;
}

export function printProgram(sequence: Sequence, indent = ''): string {
  return sequence.map((node) => printNode(node, indent)).join('');
}

function printNode(node: Node, indent: string): string {
  const inner = bodiesOf(node).map((body) => printProgram(body, `${indent}  `));
  return `${indent}${describe(node)}\n${inner.join(`${indent} |\n`)}`;
}

function describe(node: Node): string {
  switch (node.kind) {
    case 'step':
      return words(node.label, describeFault(node.fault), undoOf(node.undo), `work ${node.workMs}`);
    case 'parallel':
      return 'parallel';
    case 'foreach':
      return `foreach ${node.label} of ${node.items}`;
    case 'while':
      return `while ${node.label} for ${node.turns} turns`;
    case 'if':
      return `if ${node.taken}`;
    case 'saga':
      return words(`saga ${node.label}`, undoOf(node.undo), node.retry ? 'retried' : '');
    case 'wait':
      return `wait ${node.label}, answered ${node.answer} by ${node.by}`;
    case 'delay':
      return `delay ${node.label} of ${node.ms}`;
  }
}

function undoOf(undo: Undo | null): string {
  return undo === null ? '' : `undo (${words(describeFault(undo.fault), `work ${undo.workMs}`)})`;
}

function describeFault(fault: Fault): string {
  if (fault.kind === 'none') return '';
  if (fault.kind === 'rounds') return `fails in ${fault.times} rounds of ${fault.saga}`;
  return 'times' in fault ? `${fault.kind} ${fault.times}` : fault.kind;
}

function words(...parts: string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}
