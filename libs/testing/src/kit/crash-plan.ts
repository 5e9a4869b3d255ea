import type { StepRef } from '../history/step-ref.js';

/** Around a step: before its body begins; when it has ended and nothing is stored; when its end has just been stored. */
export type StepCrashPoint = 'before-step' | 'before-commit' | 'after-commit';
/** Around a start or a published event: before it is stored; when it is, and nobody has been answered. */
export type CallCrashPoint = 'before-start' | 'after-start' | 'before-event' | 'after-event';
export type CrashPoint = StepCrashPoint | CallCrashPoint;

/** Which passing of a crash point is meant. */
export interface CallCrashPlace {
  /** 1 is the first from now on. @default 1 */
  readonly passing?: number;
}

export interface StepCrashPlace extends CallCrashPlace {
  /** Name or class of the step. @default any */
  readonly step?: StepRef;
  /** @default any */
  readonly instanceId?: string;
}

/** Where a process is. */
export interface CrashFacts {
  readonly instanceId?: string;
  readonly stepName?: string;
}

/** A crash that was asked for. */
export interface PlannedCrash {
  readonly point: CrashPoint;
  readonly passing: number;
  readonly instanceId: string | undefined;
  /** Names of the steps that are meant; null: any. */
  readonly stepNames: readonly string[] | null;
}

/** Where processes are to die; shared by all of them, one after the other. */
export class CrashPlan {
  private readonly planned = new Map<PlannedCrash, number>();

  add(crash: PlannedCrash): void {
    this.planned.set(crash, 0);
  }

  /** Crashes that have not happened. */
  get open(): readonly PlannedCrash[] {
    return [...this.planned.keys()];
  }

  /** Somebody stands at a point. @returns whether the process is to die there */
  reaches(point: CrashPoint, facts: CrashFacts): boolean {
    for (const [crash, passed] of this.planned) {
      if (crash.point !== point || !isMeant(crash, facts)) continue;
      this.planned.set(crash, passed + 1);
      if (passed + 1 < crash.passing) continue;
      this.planned.delete(crash);
      return true;
    }
    return false;
  }

  /** Whether anything is planned for a point, so that nobody need look for facts otherwise. */
  knows(point: CrashPoint): boolean {
    return this.open.some((crash) => crash.point === point);
  }
}

function isMeant({ instanceId, stepNames }: PlannedCrash, facts: CrashFacts): boolean {
  if (instanceId !== undefined && instanceId !== facts.instanceId) return false;
  return stepNames === null || (facts.stepName !== undefined && stepNames.includes(facts.stepName));
}
