import { NotFoundException, PayloadTooLargeException } from '@nestjs/common';
import { InvalidRequestError, StoreUnavailableError } from '@workflow-runner/contract';
import { describe, expect, it } from 'vitest';
import { problemOf } from './problem.js';

const context = { path: '/workflow/events', correlationId: 'c-1' };

describe('problemOf', () => {
  it('tells an error of ours with its code and what is wrong', () => {
    const errors = [{ path: 'eventName', message: 'must be a text' }];
    expect(problemOf(new InvalidRequestError('The body is not valid', errors), context)).toEqual({
      type: 'urn:workflow-runner:error:INVALID_REQUEST',
      title: 'Bad Request',
      status: 400,
      detail: 'The body is not valid',
      instance: '/workflow/events',
      code: 'INVALID_REQUEST',
      errors,
      correlationId: 'c-1',
      success: false,
      error: 'The body is not valid',
    });
    expect(problemOf(new StoreUnavailableError('away'), context).status).toBe(503);
  });

  it('gives what the framework refuses a code of ours', () => {
    expect(problemOf(new PayloadTooLargeException(), context)).toMatchObject({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    });
    expect(problemOf(Object.assign(new Error('bad type'), { statusCode: 415 }), context)).toMatchObject({
      status: 415,
      code: 'INVALID_REQUEST',
    });
  });

  it('never repeats the query of an unknown address', () => {
    const problem = problemOf(new NotFoundException('Cannot GET /x?token=secret'), context);
    expect(problem).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it.each([new Error('password=secret'), 'secret', null, undefined, { message: 'secret' }])(
    'tells nothing of %s but where to look',
    (thrown) => {
      const problem = problemOf(thrown, context);
      expect(problem).toMatchObject({ status: 500, code: 'INTERNAL' });
      expect(JSON.stringify(problem)).not.toContain('secret');
      expect(problem.detail).toContain('c-1');
    },
  );
});
