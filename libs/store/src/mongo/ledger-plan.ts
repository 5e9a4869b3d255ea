import type { EndedStatus } from '@workflow-runner/contract';
import { minuteOf } from '../shared/matching.js';
import type { AuditDoc, CarriedEntry, EventDoc, InstanceDoc, LedgerDoc, RowDoc } from './documents.js';

/** More rows and entries are left to the next pass, so that a ledger document stays small. */
const MOST_PLACES = 20_000;

/** What a pass reads of a row. */
export type FreshRow = Pick<RowDoc, 'r' | 'at' | 'tell' | 'ord' | 'e'>;
/** What a pass reads of an instance. */
export type FreshInstance = Pick<InstanceDoc, '_id' | 'created' | 'rev' | 'seq' | 'told' | 'wf' | 'aud'> & {
  readonly log: readonly FreshRow[];
};
export type FreshEvent = Pick<EventDoc, '_id' | 'aud'>;
/** An entry without a change. */
export type FreshEntry = Pick<AuditDoc, '_id' | 'un'>;

/** What is not in the ledger yet, oldest first of each kind. */
export interface Fresh {
  readonly instances: readonly FreshInstance[];
  readonly events: readonly FreshEvent[];
  readonly entries: readonly FreshEntry[];
}

type Minute = NonNullable<LedgerDoc['stat']>[number];

/** A row in the order of publication. */
interface Place {
  /** Index of its instance. */
  readonly d: number;
  readonly r: number;
  readonly ord: string;
}

/** The next pass: gives everything that is fresh its place behind what the pass before has placed. */
export function planPass(
  before: Pick<LedgerDoc, '_id' | 'to' | 'audTo'>,
  fresh: Fresh,
  now: number,
): LedgerDoc {
  const instances = bounded(fresh.instances);
  const places = instances.flatMap(placesOf).sort(byOrder);
  const newest = new Map(places.map(({ d }, index) => [d, before.to + index + 1]));
  const aud = carriedEntries(instances, fresh);
  return {
    _id: before._id + 1,
    from: before.to,
    to: before.to + places.length,
    docs: instances.map(({ _id: i, created, rev, seq }, d) => {
      return { i, created, rev, seq, pos: newest.get(d) ?? 0 };
    }),
    runs: inRuns(places),
    audTo: before.audTo + aud.length,
    aud,
    stat: minutesOf(instances),
    at: now,
  };
}

/** At least one; a single one cannot have more rows than its document holds. */
function bounded(instances: readonly FreshInstance[]): readonly FreshInstance[] {
  let places = 0;
  const end = instances.findIndex(
    ({ log, aud }) => (places += log.length + (aud?.length ?? 0)) > MOST_PLACES,
  );
  return end < 0 ? instances : instances.slice(0, Math.max(end, 1));
}

/** Order keys of two owners may contradict their revisions by as much as their clocks differ. */
function placesOf(instance: FreshInstance, d: number): Place[] {
  let ord = '';
  return freshRows(instance)
    .filter(({ tell }) => tell.length > 0)
    .map((row) => {
      if (row.ord > ord) ({ ord } = row);
      return { d, r: row.r, ord };
    });
}

function freshRows({ log, told }: FreshInstance): readonly FreshRow[] {
  return log.filter(({ r }) => r > told);
}

function byOrder(a: Place, b: Place): number {
  return a.ord < b.ord ? -1 : a.ord > b.ord ? 1 : a.d - b.d || a.r - b.r;
}

function inRuns(places: readonly Place[]): LedgerDoc['runs'] {
  const runs: { readonly d: number; readonly f: number; t: number }[] = [];
  for (const { d, r } of places) {
    const last = runs.at(-1);
    if (last?.d === d && last.t + 1 === r) last.t = r;
    else runs.push({ d, f: r, t: r });
  }
  return runs;
}

function carriedEntries(
  instances: readonly FreshInstance[],
  { events, entries }: Fresh,
): readonly CarriedEntry[] {
  return [
    ...instances.flatMap(({ _id: id, aud = [] }) =>
      aud.map(({ k }) => ({ in: 'instances' as const, id, k })),
    ),
    ...events.flatMap(({ _id: id, aud }) => (aud ? [{ in: 'events' as const, id, k: aud.k }] : [])),
    ...entries.map(({ _id: id, un = '' }) => ({ in: 'audit' as const, id: String(id), k: un })),
  ].sort((a, b) => (a.k < b.k ? -1 : 1));
}

/** Starts and ends that no pass has counted. */
function minutesOf(instances: readonly FreshInstance[]): readonly Minute[] {
  const minutes = new Map<string, Minute>();
  const count = (at: number, wf: string, what: 'started' | EndedStatus, durationMs = 0): void => {
    const minute = minuteOf(at);
    const key = `${minute}\0${wf}`;
    const none = { minute, wf, started: 0, completed: 0, failed: 0, cancelled: 0, durationMs: 0 };
    const sum = minutes.get(key) ?? none;
    minutes.set(key, { ...sum, [what]: sum[what] + 1, durationMs: sum.durationMs + durationMs });
  };
  for (const instance of instances) {
    const { wf, told, created } = instance;
    if (told < 0) count(created, wf, 'started');
    for (const { e, at } of freshRows(instance)) if (e) count(at, wf, e, at - created);
  }
  return [...minutes.values()];
}
