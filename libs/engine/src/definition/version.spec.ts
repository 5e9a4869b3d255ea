import { InvalidOptionsError } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import { compareVersions, normaliseVersion, sortableVersion } from './version.js';

describe('normaliseVersion', () => {
  it.each([
    [1, '1.0.0'],
    ['1', '1.0.0'],
    ['1.0', '1.0.0'],
    ['1.0.0', '1.0.0'],
    [0, '0.0.0'],
    ['1.2.3-beta.1', '1.2.3-beta.1'],
    ['2-rc', '2.0.0-rc'],
    ['1.0.0--', '1.0.0--'],
    [20240131235959, '20240131235959.0.0'],
  ])('%s is %s', (version, full) => {
    expect(normaliseVersion(version)).toBe(full);
  });

  it.each([
    '',
    'v1',
    '1.',
    '1.0.0.0',
    '01',
    '1.0.0-',
    '1.0.0-a..b',
    '1.0.0-01',
    '1.0.0+5',
    ' 1',
    -1,
    NaN,
    1e21,
  ])('%s is refused', (version) => {
    expect(() => normaliseVersion(version)).toThrow(InvalidOptionsError);
  });
});

describe('compareVersions', () => {
  // The example of semver.org, item 11, and what surrounds it.
  const ascending = [
    '0.9.0',
    '1.0.0-1',
    '1.0.0-2',
    '1.0.0-11',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-alpha-1',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.2.0',
    '1.10.0',
    '2.0.0',
    '10.0.0',
  ];

  it('orders by precedence', () => {
    expect([...ascending].reverse().sort(compareVersions)).toEqual(ascending);
  });

  it('is the order of the sortable strings', () => {
    expect(ascending.map(sortableVersion).sort()).toEqual(ascending.map(sortableVersion));
  });

  it('finds 1, 1.0 and 1.0.0 equal', () => {
    expect([compareVersions(1, '1.0'), compareVersions('1.0', '1.0.0')]).toEqual([0, 0]);
  });
});
