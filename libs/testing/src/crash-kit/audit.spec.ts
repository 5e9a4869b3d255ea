import type { AttemptStatus, InstanceRecord, JournalRow, Telling } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import { auditEffects, countRepeats, findOverlaps } from './audit-effects.js';
import { auditHistory } from './audit-history.js';
import type { Effect, EffectMark } from './effects-file.js';

const record = { status: 'completed', owner: null, control: null, revision: 2 } as unknown as InstanceRecord;

const row = (
  revision: number,
  pointerId: string,
  status: AttemptStatus,
  tell: Telling[],
  more = {},
): JournalRow =>
  ({
    instanceId: 'i',
    revision,
    kind: 'step',
    at: revision * 100,
    node: 'n',
    tell,
    attempt: { pointerId, stepName: 'Work', status, attempt: 1 },
    ...more,
  }) as unknown as JournalRow;

const sound = [
  row(1, '0', 'completed', ['created', 'started', 'step.completed']),
  row(2, '1', 'completed', ['step.completed', 'completed']),
];

const effect = (
  mark: EffectMark,
  key: string,
  at: number,
  pid = 1,
  node = 'n',
  attempt = 1,
  epoch = 1,
): Effect => ({
  mark,
  at,
  pid,
  node,
  epoch,
  key,
  step: 'Work',
  attempt,
});
const soundEffects = [effect('start', 'i:0', 50), effect('end', 'i:0', 90), effect('start', 'i:1', 150)];
const all = (): boolean => true;

describe('auditHistory', () => {
  it('finds nothing in a sound history, with or without a row for the start', () => {
    expect(auditHistory(record, sound)).toEqual([]);
    const created = row(0, '', 'completed', ['created'], { kind: 'created', attempt: null });
    const first = row(1, '0', 'completed', ['started']);
    expect(auditHistory(record, [created, first, sound[1]!])).toEqual([]);
  });

  it('finds an instance that has not completed, or is still held', () => {
    expect(auditHistory({ ...record, status: 'waiting' }, sound)).toHaveLength(1);
    expect(auditHistory({ ...record, owner: { nodeId: 'n', epoch: 1 } }, sound)).toHaveLength(1);
  });

  it('finds a missing and a repeated revision, and a row that stands behind', () => {
    expect(auditHistory(record, [sound[0]!, { ...sound[1]!, revision: 3 }])).toHaveLength(2);
    expect(auditHistory(record, [sound[0]!, { ...sound[1]!, revision: 1 }])).toHaveLength(2);
    expect(auditHistory({ ...record, revision: 1 }, sound)).toHaveLength(1);
  });

  it('finds a step that ended twice or went on after its end', () => {
    const again = row(2, '0', 'completed', ['completed']);
    expect(auditHistory(record, [sound[0]!, again])).toEqual([expect.stringContaining('after its end')]);
    const retried = row(2, '0', 'retrying', ['completed']);
    expect(auditHistory(record, [sound[0]!, retried])).toHaveLength(1);
  });

  it('finds an end that was told twice, or not last', () => {
    const early = row(1, '0', 'completed', ['created', 'started', 'completed']);
    expect(auditHistory(record, [early, sound[1]!])).toHaveLength(1);
    expect(auditHistory(record, [early, row(2, '1', 'completed', [])])).toHaveLength(1);
  });
});

describe('auditEffects', () => {
  it('finds nothing where every body that ran has its end', () => {
    expect(auditEffects(soundEffects, sound, all)).toEqual([]);
  });

  it('lets a body run again that was cut off by a death', () => {
    const cut = effect('start', 'i:1', 120, 7, 'before');
    expect(auditEffects([...soundEffects, cut], sound, all)).toEqual([]);
  });

  it('lets a body run again in the epoch after one that was declared dead', () => {
    const fenced = effect('start', 'i:1', 120);
    const again = effect('start', 'i:1', 150, 1, 'n', 1, 2);
    expect(auditEffects([...soundEffects.slice(0, 2), fenced, again], sound, all)).toEqual([]);
  });

  it('finds a body that ran after its end was stored', () => {
    const late = effect('start', 'i:0', 101);
    expect(auditEffects([...soundEffects, late], sound, all)).toContainEqual(
      expect.stringContaining('again 1 ms'),
    );
  });

  it('finds a body that ran twice in the process that ended it, or ended elsewhere than it ran last', () => {
    expect(auditEffects([...soundEffects, effect('start', 'i:1', 160)], sound, all)).toHaveLength(1);
    expect(auditEffects([...soundEffects, effect('start', 'i:1', 160, 2, 'other')], sound, all)).toHaveLength(
      1,
    );
  });

  it('finds a body without an end, and an end without a body', () => {
    expect(auditEffects([...soundEffects, effect('start', 'i:2', 160)], sound, all)).toHaveLength(1);
    expect(auditEffects(soundEffects.slice(0, 2), sound, all)).toHaveLength(1);
    expect(auditEffects(soundEffects.slice(0, 2), sound, () => false)).toEqual([]);
  });
});

describe('countRepeats', () => {
  it('counts attempts that began more than once', () => {
    const second = effect('start', 'i:0', 55, 1, 'n', 2);
    expect(countRepeats([...soundEffects, second])).toBe(0);
    expect(countRepeats([...soundEffects, effect('start', 'i:0', 60), second])).toBe(1);
  });
});

describe('findOverlaps', () => {
  it('finds a pointer that ran in two processes at the same time, one after the other is fine', () => {
    const first = [effect('start', 'i:0', 10, 1), effect('end', 'i:0', 50, 1)];
    expect(findOverlaps([...first, effect('start', 'i:0', 40, 2)], new Map())).toHaveLength(1);
    expect(findOverlaps([...first, effect('start', 'i:0', 50, 2)], new Map())).toEqual([]);
  });

  it('counts what a killed process ran until its death', () => {
    const cut = [effect('start', 'i:0', 10, 1), effect('start', 'i:0', 40, 2)];
    expect(findOverlaps(cut, new Map())).toHaveLength(1);
    expect(findOverlaps(cut, new Map([[1, 30]]))).toEqual([]);
  });
});
