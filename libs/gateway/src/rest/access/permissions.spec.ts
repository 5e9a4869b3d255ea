import { PERMISSIONS, type Permission } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import { isAllowed } from './permissions.js';

const granted = (role: string) => PERMISSIONS.filter((permission) => isAllowed([role], permission));

describe('isAllowed', () => {
  it('grants an admin everything', () => {
    expect(granted('admin')).toEqual(PERMISSIONS);
  });

  it('grants the other roles what the table says, and no more', () => {
    expect(granted('operator')).toEqual([
      'workflow:execute',
      'workflow:pause',
      'workflow:resume',
      'workflow:cancel',
      'workflow:retry',
      'workflow:view',
      'schedule:view',
      'config:read',
    ]);
    expect(granted('viewer')).toEqual(['workflow:view', 'schedule:view']);
    expect(granted('developer')).toEqual([
      'workflow:view',
      'workflow:create',
      'workflow:update',
      'schedule:create',
      'schedule:update',
      'config:read',
    ]);
  });

  it('denies a role nobody knows, and somebody without a role', () => {
    expect(isAllowed(['root', 'constructor', '*:*'], 'workflow:view')).toBe(false);
    expect(isAllowed([], 'workflow:view')).toBe(false);
  });

  it('adds up what several roles grant', () => {
    const both: Permission[] = ['workflow:create', 'workflow:execute'];
    expect(both.every((permission) => isAllowed(['developer', 'operator'], permission))).toBe(true);
  });
});
