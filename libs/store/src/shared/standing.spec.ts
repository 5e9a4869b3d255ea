import { describe, expect, it } from 'vitest';
import type { ControlMark, InstanceStatus, Rest } from '@workflow-runner/contract';
import { SYSTEM_CALLER } from '@workflow-runner/contract';
import { afterGoingOn, afterRest, claimedAs, isWakeable, mustGoOn, type Standing } from './standing.js';

const running: Standing = {
  status: 'running',
  statusReason: null,
  wakeAt: 5,
  overdueAt: null,
  failure: null,
  crashes: 2,
  endedAt: null,
  pausedAt: null,
  pausedMs: 0,
  control: null,
};
const restAs = (status: Rest['status'], wakeAt: number | null = null): Rest => ({
  status,
  statusReason: null,
  wakeAt,
  overdueAt: null,
  failure: null,
});
const mark = (action: ControlMark['action']): ControlMark => ({
  action,
  caller: SYSTEM_CALLER,
  reason: null,
  at: 1,
});

describe('an owner that asks to rest', () => {
  it.each([
    ['waiting', null, 0, false],
    ['waiting', null, 1, true],
    ['waiting', mark('pause'), 0, true],
    ['paused', mark('accept'), 0, true],
    ['failed', null, 3, false],
    ['failed', mark('pause'), 0, false],
    ['failed', mark('cancel'), 0, true],
    ['completed', mark('cancel'), 3, false],
    ['cancelled', mark('pause'), 3, false],
  ] as const)(
    'as %s, with mark %o and %i messages, must go on: %s',
    (status, standing, unconsumed, expected) => {
      expect(mustGoOn(restAs(status), standing, unconsumed)).toBe(expected);
    },
  );

  it('begins a pause, keeps its beginning, and adds its length at the end', () => {
    const paused = afterRest(running, restAs('paused'), 100);
    const still = afterRest(paused, restAs('paused'), 150);
    const over = afterRest(still, restAs('waiting'), 180);

    expect(paused).toMatchObject({ pausedAt: 100, pausedMs: 0 });
    expect(still).toMatchObject({ pausedAt: 100, pausedMs: 0 });
    expect(over).toMatchObject({ pausedAt: null, pausedMs: 80 });
  });

  it('forgets deaths, and at an end also wake time and mark', () => {
    const before = { ...running, control: mark('pause') };

    expect(afterRest(before, restAs('waiting', 9), 100)).toMatchObject({
      crashes: 0,
      wakeAt: 9,
      control: before.control,
    });
    expect(afterRest(before, restAs('failed', 9), 100)).toMatchObject({
      endedAt: 100,
      wakeAt: null,
      control: null,
    });
  });
});

describe('an owner that goes on', () => {
  it('changes nothing of what runs', () => {
    expect(afterGoingOn(running, 100)).toBe(running);
  });

  it('ends a pause or a failure', () => {
    const failed = { ...running, status: 'failed', endedAt: 50, statusReason: 'CARD' } as const;
    const paused = { ...running, status: 'paused', pausedAt: 50, pausedMs: 5 } as const;

    expect(afterGoingOn(failed, 100)).toMatchObject({ status: 'running', endedAt: null, statusReason: null });
    expect(afterGoingOn(paused, 100)).toMatchObject({ status: 'running', pausedAt: null, pausedMs: 55 });
  });
});

describe('a status', () => {
  it.each([
    ['pending', 'running', true],
    ['running', 'running', true],
    ['waiting', 'running', true],
    ['paused', 'paused', false],
    ['failed', 'failed', false],
  ] as const)('%s is shown as %s once claimed; an event wakes it: %s', (status, claimed, wakeable) => {
    const statusReason = status === claimed && status !== 'running' ? 'lunch' : null;
    expect(claimedAs({ status, statusReason: 'lunch' })).toEqual({ status: claimed, statusReason });
    expect(isWakeable(status satisfies InstanceStatus)).toBe(wakeable);
  });
});
