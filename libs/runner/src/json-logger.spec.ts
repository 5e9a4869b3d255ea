import { describe, expect, it } from 'vitest';
import { JsonLogger } from './json-logger.js';

function written(work: (logger: JsonLogger) => void): string[] {
  const lines: string[] = [];
  work(
    new JsonLogger(
      (line) => lines.push(line),
      () => 0,
    ),
  );
  return lines;
}

describe('The JSON logger', () => {
  it('writes an object a line, whose fields cannot hide time, level and message', () => {
    const [line] = written((logger) => logger.warn('careful', { level: 'x', node: 'n1' }));
    expect(line).toBe('{"time":"1970-01-01T00:00:00.000Z","level":"warn","msg":"careful","node":"n1"}\n');
  });

  it('has a level for each method', () => {
    const lines = written((logger) => {
      logger.debug('a');
      logger.info('b');
      logger.warn('c');
      logger.error('d');
    });
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual([
      'debug',
      'info',
      'warn',
      'error',
    ]);
  });

  it('never fails its caller', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const lines = written((logger) => {
      logger.info('circle', circle);
      logger.info('odd', { big: 5n, error: new Error('no') });
    });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { msg: 'circle' },
      { msg: 'odd', big: '5', error: 'no' },
    ]);
  });
});
