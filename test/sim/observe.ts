import { decode, type JournalRow } from '@workflow-runner/contract';
import type { fold } from '@workflow-runner/engine';
import type { Mark, Role, Visit, World } from './world.js';

/** What was seen of one step at one place, from the journal and from the world outside. */
export interface Seen {
  /** Revision that completed it; for an undo, that ended the compensation. */
  revision: number | null;
  durableAt: Mark | null;
  /** When that was decided, in virtual time: what is to happen later is counted from here. */
  decidedAt: number;
  failedAt: Mark | null;
  failedRevision: number;
  /** Rows that say it failed for good, or into a saga. */
  failed: number;
  retried: number;
  aborted: number;
  readonly visits: Visit[];
}

type Flow = ReturnType<typeof fold>['flow'];

/** Reads the journal by place instead of by pointer. What is wrong already is added to the violations. */
export class Observation {
  /** Revision from which on the instance was on its way to `cancelled`. */
  endingFrom = Infinity;
  private readonly seen = new Map<string, Seen>();

  constructor(
    world: World,
    rows: readonly JournalRow[],
    readonly violations: string[],
  ) {
    for (const visit of world.visits) this.of(visit.role, visit.path).visits.push(visit);
    rows.forEach((row, index) => {
      if (row.revision !== index + (rows[0]?.revision ?? 0))
        violations.push(`revision ${row.revision} is out of order`);
      if (changeOf(row).f?.ending) this.endingFrom = Math.min(this.endingFrom, row.revision);
      this.read(row, world);
    });
  }

  of(role: Role, path: string): Seen {
    const key = `${role} ${path}`;
    let seen = this.seen.get(key);
    if (!seen) {
      seen = {
        revision: null,
        durableAt: null,
        decidedAt: 0,
        failedAt: null,
        failedRevision: Infinity,
        failed: 0,
        retried: 0,
        aborted: 0,
        visits: [],
      };
      this.seen.set(key, seen);
    }
    return seen;
  }

  /** Every place of that role at which something was seen. */
  paths(role: Role): string[] {
    return [...this.seen.keys()]
      .filter((key) => key.startsWith(`${role} `))
      .map((key) => key.slice(role.length + 1));
  }

  private read({ attempt, revision }: JournalRow, world: World): void {
    const place = attempt && world.placeOf(attempt.pointerId);
    if (!place) return;
    const seen = this.of(place.role, place.path);
    switch (attempt.status) {
      case 'completed':
      case 'compensated':
        if (seen.revision !== null) this.violations.push(`${place.role} ${place.path} was completed twice`);
        seen.revision = revision;
        seen.decidedAt = attempt.endedAt;
        seen.durableAt = world.completed.get(attempt.pointerId) ?? null;
        break;
      case 'failed':
        seen.failed += 1;
        seen.failedRevision = revision;
        seen.failedAt = world.failed.get(attempt.pointerId) ?? null;
        break;
      case 'retrying':
        seen.retried += 1;
        break;
      case 'aborted':
        seen.aborted += 1;
        break;
      default:
    }
  }
}

/** A start that nobody could claim at once has a row that changes nothing. */
function changeOf({ change }: JournalRow): { readonly f?: Flow } {
  return change === '' ? {} : (decode(change) as { f?: Flow });
}
