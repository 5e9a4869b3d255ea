import type { Act, Prediction, SagaRound } from './prediction.js';
import type { Observation } from './observe.js';

/** How the run was ended from outside. */
export type Ending = 'none' | 'cancel' | 'terminate';

/** Something that can be undone, and how often that must have happened. */
export interface Undoable {
  readonly path: string;
  readonly item: string;
  /** What its branch's `context.local` had counted at least. */
  readonly local: number;
  readonly least: number;
  readonly most: number;
  /** The handler in whose list it stood: a saga's path, or '' for the cancelled instance. */
  readonly handler: string;
  /** Revision that completed it; null for what failed, was aborted or was still open. */
  readonly completedAt: number | null;
  /** It failed into the handler: undone before all others. */
  readonly isCause: boolean;
  /** For a saga: whether it was still open. */
  readonly saga: 'completed' | 'open' | 'unknown' | null;
}

/** Works out from what completed which compensations must have run, and for whom. */
export class Undoing {
  private readonly all: Undoable[] = [];

  constructor(
    private readonly prediction: Prediction,
    private readonly seen: Observation,
    private readonly ending: Ending,
  ) {
    for (const act of prediction.acts.values()) if (act.undo) this.all.push(this.ofAct(act));
    for (const saga of prediction.sagas.values()) if (saga.undo) this.all.push(this.ofSaga(saga));
  }

  get undoables(): readonly Undoable[] {
    return this.all;
  }

  /** Places that had to be undone before a saga was settled. */
  undoneBy(saga: string): string[] {
    return this.all
      .filter(({ path, least, handler }) => least > 0 && this.isInside(path, handler, saga))
      .map(({ path }) => path);
  }

  /** Whether a failure of one of its own steps made a saga compensate. */
  private hasFailed(saga: string): boolean {
    return this.failedFrom(saga) < Infinity;
  }

  /** Revision from which on a saga wound down. */
  private failedFrom(saga: string): number {
    const causes = [...this.prediction.acts.values()].filter(
      (act) => act.fate === 'fails' && act.handler === saga,
    );
    return Math.min(Infinity, ...causes.map((act) => this.seen.of('do', act.path).failedRevision));
  }

  /**
   * Whether it was left in good order; 'perhaps' where a saga inside compensated, or a loop had to look once more, and
   * nobody knows when that was through.
   */
  private isDone(saga: SagaRound): 'yes' | 'no' | 'perhaps' {
    if (saga.outcome === 'compensates') return 'no';
    // What completes while something around winds down completes nothing.
    const from = Math.min(this.seen.endingFrom, ...saga.sagas.map((path) => this.failedFrom(path)));
    const isMissing = (path: string): boolean =>
      (this.revisionOf(this.prediction.acts.get(path)!) ?? Infinity) >= from;
    if (saga.needs.some(isMissing)) return 'no';
    const acts = this.actsOf(saga);
    return acts.some(({ fate }) => fate === 'fails') || !saga.endsSharply ? 'perhaps' : 'yes';
  }

  private actsOf(saga: SagaRound): Act[] {
    return [...this.prediction.acts.values()].filter(({ sagas }) => sagas.includes(saga.path));
  }

  private isInside(path: string, handler: string, saga: string): boolean {
    if (handler === saga) return true;
    const sagas = this.prediction.acts.get(path)?.sagas ?? this.prediction.sagas.get(path)?.sagas ?? [];
    return sagas.includes(saga);
  }

  private revisionOf(act: Act): number | null {
    return this.seen.of(act.role, act.path).revision;
  }

  private ofAct(act: Act): Undoable {
    const { path, item, local, fate } = act;
    const { failed, aborted, visits } = this.seen.of('do', path);
    const completedAt = this.revisionOf(act);
    const isCause = fate !== 'completes' && failed > 0;
    const { handler, sure } =
      fate === 'undoes-itself'
        ? selfHandled(path, isCause, this.ending !== 'terminate')
        : this.handlerOf(act.sagas);
    const counted = isCause || aborted > 0 || completedAt !== null;
    // One that was at work when it was aborted, and died with its process, may have had an effect.
    const most = handler !== null && (counted || visits.length > 0) ? 1 : 0;
    const least = handler !== null && sure && counted ? 1 : 0;
    return { path, item, local, least, most, handler: handler ?? '', completedAt, isCause, saga: null };
  }

  private ofSaga(saga: SagaRound): Undoable {
    const { path, item, local } = saga;
    const { handler, sure } = this.handlerOf([...saga.sagas, path]);
    const acts = this.actsOf(saga);
    const began = acts.some((act) => this.seen.of('do', act.path).visits.length > 0);
    const most = handler === null ? 0 : 1;
    const least = most === 1 && began && sure ? 1 : 0;
    const standing = handler === path ? 'open' : STANDING[this.isDone(saga)];
    const last = Math.max(...acts.map((act) => this.revisionOf(act) ?? 0));
    const completedAt = standing === 'completed' ? last : null;
    return {
      path,
      item,
      local,
      least,
      most,
      handler: handler ?? '',
      completedAt,
      isCause: false,
      saga: standing,
    };
  }

  /**
   * The innermost saga around that compensates, or, when the instance was cancelled, the top, for whatever stands in a
   * saga that was not done. Null: nobody undoes it.
   */
  private handlerOf(sagas: readonly string[]): Handling {
    const sure = this.ending !== 'terminate';
    const rounds = sagas.map((path) => this.prediction.sagas.get(path)!);
    const failed = rounds.findLast(({ path }) => this.hasFailed(path));
    if (failed) return { handler: failed.path, sure };
    const outermost = rounds[0];
    const done = outermost && this.ending === 'cancel' ? this.isDone(outermost) : 'yes';
    return done === 'yes' ? { handler: null, sure } : { handler: '', sure: done === 'no' };
  }
}

const STANDING = { yes: 'completed', no: 'open', perhaps: 'unknown' } as const;

interface Handling {
  /** Null: nobody undoes it. */
  readonly handler: string | null;
  /** Whether it is known that it had to be undone. */
  readonly sure: boolean;
}

function selfHandled(path: string, failed: boolean, sure: boolean): Handling {
  return { handler: failed ? path : null, sure };
}
