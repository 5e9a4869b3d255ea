import { describe, expect, it } from 'vitest';
import { SYSTEM_CALLER, type ControlAction, type ControlMark } from '@workflow-runner/contract';
import { admits, afterHonouring, markTime } from './control-verdict.js';

const mark = (action: ControlAction, at = 1): ControlMark => ({
  action,
  caller: SYSTEM_CALLER,
  reason: null,
  at,
});

describe('a wish over a standing one', () => {
  it.each([
    ['pause', 'pause', true],
    ['pause', 'cancel', true],
    ['cancel', 'pause', false],
    ['cancel', 'accept', false],
    ['cancel', 'cancel', true],
    ['cancel', 'terminate', true],
    ['terminate', 'cancel', false],
    ['terminate', 'terminate', true],
  ] as const)('%s, then %s: admitted %s', (standing, asked, expected) => {
    expect(admits('running', mark(standing), asked)).toBe(expected);
  });

  it.each([
    ['retry', 'discard', true],
    ['discard', 'retry', false],
    ['discard', 'cancel', false],
    ['cancel', 'discard', true],
    ['discard', 'discard', true],
  ] as const)('%s of a failed instance, then %s: admitted %s', (standing, asked, expected) => {
    expect(admits('failed', mark(standing), asked)).toBe(expected);
  });

  it('needs a status that allows it', () => {
    expect(admits('running', null, 'resume')).toBe(false);
    expect(admits('paused', null, 'resume')).toBe(true);
  });
});

describe('the moment of a mark', () => {
  it('is now, but later than any before', () => {
    expect(markTime(100, 0)).toBe(100);
    expect(markTime(100, 100)).toBe(101);
    expect(markTime(100, 200)).toBe(201);
  });

  it('decides what a commit has honoured', () => {
    const standing = mark('pause', 10);

    expect(afterHonouring(standing, null)).toBe(standing);
    expect(afterHonouring(standing, 9)).toBe(standing);
    expect(afterHonouring(standing, 10)).toBeNull();
    expect(afterHonouring(null, 10)).toBeNull();
  });
});
