import { PointerStatus } from 'workflow-es';
import { Pointer, type Undo } from './pointer.js';

/** A pointer as it is stored; what has its default is left out. Short names, because there is one in every journal row. */
export interface PointerRecord {
  i: string;
  s: number;
  sc?: string[];
  st?: number;
  ina?: 1;
  su?: number;
  pd?: unknown;
  t0?: number;
  t1?: number;
  en?: string;
  ek?: unknown;
  ep?: 1;
  ed?: unknown;
  o?: unknown;
  rc?: number;
  ch?: string[];
  pr?: string;
  ci?: unknown;
  ra?: number;
  er?: number;
  lk?: string;
  sub?: string;
  un?: Undo[];
  se?: 1;
  uo?: Undo;
  is?: 1;
  cr?: number;
  mk?: 1;
}

export function toRecord(pointer: Pointer): PointerRecord {
  const record: PointerRecord = { i: pointer.id, s: pointer.stepId };
  if (pointer.scope.length > 0) record.sc = pointer.scope;
  // Running is never stored: nobody runs it any more once somebody reads this.
  const status =
    pointer.status === PointerStatus.Running && pointer.open === 0 ? PointerStatus.Pending : pointer.status;
  if (status !== PointerStatus.Pending) record.st = status;
  if (!pointer.active) record.ina = 1;
  if (pointer.sleepUntil !== null) record.su = pointer.sleepUntil;
  if (pointer.persistenceData != null) record.pd = pointer.persistenceData;
  if (pointer.startTime) record.t0 = pointer.startTime.getTime();
  if (pointer.endTime) record.t1 = pointer.endTime.getTime();
  if (pointer.eventName !== null) record.en = pointer.eventName;
  if (pointer.eventKey != null) record.ek = pointer.eventKey;
  if (pointer.eventPublished) record.ep = 1;
  if (pointer.eventData !== undefined) record.ed = pointer.eventData;
  if (pointer.outcome != null) record.o = pointer.outcome;
  if (pointer.retryCount > 0) record.rc = pointer.retryCount;
  if (pointer.children.length > 0) record.ch = pointer.children;
  if (pointer.predecessorId !== null) record.pr = pointer.predecessorId;
  if (pointer.contextItem !== undefined) record.ci = pointer.contextItem;
  if (pointer.readyAt > 0) record.ra = pointer.readyAt;
  if (pointer.endedAtRevision > 0) record.er = pointer.endedAtRevision;
  if (pointer.localKey !== '') record.lk = pointer.localKey;
  if (pointer.subscriptionId !== null) record.sub = pointer.subscriptionId;
  if (pointer.undo) record.un = pointer.undo;
  if (pointer.settling) record.se = 1;
  if (pointer.undoes) record.uo = pointer.undoes;
  if (pointer.inSaga) record.is = 1;
  if (pointer.crashes > 0) record.cr = pointer.crashes;
  if (pointer.marked) record.mk = 1;
  return record;
}

/** Something of an author's is in it; all else is text and whole numbers, which JSON carries as they are. */
export function holdsValues(pointer: Pointer): boolean {
  return (
    pointer.persistenceData != null ||
    pointer.eventKey != null ||
    pointer.eventData !== undefined ||
    pointer.outcome != null ||
    pointer.contextItem !== undefined ||
    pointer.undo !== null ||
    pointer.undoes !== null
  );
}

export function fromRecord(record: PointerRecord, stepName: string | undefined): Pointer {
  const pointer = new Pointer(record.i, record.s, record.sc ?? []);
  pointer.stepName = stepName;
  pointer.status = record.st ?? PointerStatus.Pending;
  pointer.active = record.ina === undefined;
  pointer.sleepUntil = record.su ?? null;
  pointer.persistenceData = record.pd ?? null;
  pointer.startTime = record.t0 === undefined ? null : new Date(record.t0);
  pointer.endTime = record.t1 === undefined ? null : new Date(record.t1);
  pointer.eventName = record.en ?? null;
  pointer.eventKey = record.ek ?? null;
  pointer.eventPublished = record.ep === 1;
  pointer.eventData = record.ed;
  pointer.outcome = record.o ?? null;
  pointer.retryCount = record.rc ?? 0;
  pointer.children = record.ch ?? [];
  pointer.predecessorId = record.pr ?? null;
  pointer.contextItem = record.ci;
  pointer.readyAt = record.ra ?? 0;
  pointer.endedAtRevision = record.er ?? 0;
  pointer.localKey = record.lk ?? '';
  pointer.subscriptionId = record.sub ?? null;
  pointer.undo = record.un ?? null;
  pointer.settling = record.se === 1;
  pointer.undoes = record.uo ?? null;
  pointer.inSaga = record.is === 1;
  pointer.crashes = record.cr ?? 0;
  pointer.marked = record.mk === 1;
  return pointer;
}
