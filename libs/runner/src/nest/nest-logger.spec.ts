import { Logger as NestLog } from '@nestjs/common';
import { afterEach, expect, it, vi } from 'vitest';
import { NestLogger } from './nest-logger.js';

afterEach(() => vi.restoreAllMocks());

it('writes fields as JSON, and never fails its caller', () => {
  const written = vi.spyOn(NestLog.prototype, 'log').mockReturnValue();
  const endless: Record<string, unknown> = {};
  endless['itself'] = endless;
  const logger = new NestLogger();
  logger.info('plain');
  logger.info('with', { count: 1n, error: new Error('why') });
  logger.info('endless', endless);
  expect(written.mock.calls.map(([line]) => line as string)).toEqual([
    'plain',
    'with {"count":"1","error":"why"}',
    'endless',
  ]);
});
