import { describe, expect, it } from 'vitest';
import { isDebugged } from './debug-patterns.js';
import { prettyLine } from './pretty-line.js';

describe('isDebugged', () => {
  it.each([
    ['workflow:*', 'workflow:engine', true],
    ['workflow:rest', 'workflow:rest', true],
    ['*', 'workflow:rest', true],
    ['workflow:rest', 'workflow:engine', false],
    ['workflow', 'workflow:engine', false],
    ['express:*', 'workflow:engine', false],
    ['workflow.*', 'workflow:engine', false],
  ])('reads %s for %s as %s', (pattern, name, expected) => {
    expect(isDebugged(['other', pattern], name)).toBe(expected);
  });
});

describe('prettyLine', () => {
  it('puts time, level, logger, message and fields on one line', () => {
    const json = JSON.stringify({
      level: 30,
      time: 0,
      name: 'workflow:server',
      address: 'a',
      n: 1,
      msg: 'started',
    });
    expect(prettyLine(json)).toBe('00:00:00.000 info  workflow:server  started  address=a  n=1\n');
  });
});
