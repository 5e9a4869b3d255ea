import type { FeedTelling } from '@workflow-runner/runner';
import { describe, expect, it } from 'vitest';
import { entryFrames, gapFrame, heartbeatFrame, openingFrame } from './frames.js';

const telling: FeedTelling = {
  event: 'step.failed',
  instanceId: 'i1',
  workflowId: 'shop.order@1.0.0',
  tenantId: 'acme',
  correlationId: null,
  revision: 3,
  at: new Date(0),
  attempt: {
    ...{ pointerId: 'p', stepId: 2, stepName: 'Charge', attempt: 1, status: 'failed', node: 'n' },
    ...{ queuedAt: new Date(0), startedAt: new Date(1), endedAt: new Date(2) },
    error: { message: 'two\nlines\r\nand\u2028more', code: null, category: 'network' },
  },
};

const dataOf = (frame: string): unknown => JSON.parse(frame.split('data: ')[1] ?? '');

describe('The frames of a stream', () => {
  it('begin with a place, so that who is cut off before the first event misses none', () => {
    expect(openingFrame(7)).toBe('retry: 3000\nid: 7\n\n');
  });

  it('keep a client at its newest place although nothing of it was for them', () => {
    expect(heartbeatFrame(9)).toBe(': heartbeat\nid: 9\n\n');
  });

  it('name a gap as what it is', () => {
    expect(gapFrame(3)).toBe('event: gap\ndata: {"event":"gap","after":3}\n\n');
  });

  it('hold one line of JSON, whatever is in it', () => {
    const frames = entryFrames({ position: 5, tellings: [telling] });
    expect(frames).toMatch(/^id: 5\ndata: [^\n\r]*\n\n$/);
    expect(dataOf(frames)).toEqual({
      event: 'step.failed',
      instanceId: 'i1',
      workflowId: 'shop.order@1.0.0',
      tenantId: 'acme',
      correlationId: null,
      revision: 3,
      at: '1970-01-01T00:00:00.000Z',
      attempt: {
        pointerId: 'p',
        stepId: 2,
        stepName: 'Charge',
        attempt: 1,
        status: 'failed',
        queuedAt: '1970-01-01T00:00:00.000Z',
        startedAt: '1970-01-01T00:00:00.001Z',
        endedAt: '1970-01-01T00:00:00.002Z',
        error: { message: 'two\nlines\r\nand\u2028more', code: null, category: 'network' },
        node: 'n',
      },
    });
  });

  it('leave out an attempt that there is not', () => {
    const frames = entryFrames({ position: 5, tellings: [{ ...telling, attempt: null }] });
    expect(dataOf(frames)).not.toHaveProperty('attempt');
  });

  it('give a place only when all of a commit is told', () => {
    const tellings = (['created', 'started', 'completed'] as const).map((event) => ({ ...telling, event }));
    const frames = entryFrames({ position: 5, tellings }).split('\n\n').slice(0, -1);
    expect(frames.map((frame) => frame.startsWith('id: 5\n'))).toEqual([false, false, true]);
    expect(frames.map((frame) => (dataOf(frame) as FeedTelling).event)).toEqual([
      'created',
      'started',
      'completed',
    ]);
  });
});
