import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { BatchStartDto } from '../dto/batch-start.dto.js';
import { EventDto } from '../dto/event.dto.js';
import { InstanceQueryDto } from '../dto/instance-query.dto.js';
import { DtoPipe } from './dto.pipe.js';

const events = new DtoPipe(EventDto);
const batches = new DtoPipe(BatchStartDto);
const queries = new DtoPipe(InstanceQueryDto, 'query');

/** Paths of what is wrong. */
async function wrong(promise: Promise<unknown>): Promise<string[]> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'INVALID_REQUEST' });
  return (error as { violations: { path: string }[] }).violations.map(({ path }) => path);
}

describe('DtoPipe', () => {
  it('takes nested data over as it was sent', async () => {
    const eventData = { list: [1, { then: 'x' }], constructor: 'a word' };
    const event = await events.transform({ eventName: 'a', eventKey: 'b', eventData });
    expect(event.eventData).toBe(eventData);
    const batch = await batches.transform({
      items: [{ workflowId: 'a', data: eventData }, { workflowId: 'b' }],
    });
    expect(batch.items.map(({ data }) => data)).toEqual([eventData, undefined]);
  });

  it('names every field that is wrong', async () => {
    expect(await wrong(events.transform({ eventKey: 1, eventTime: 'tomorrow' }))).toEqual([
      'eventName',
      'eventKey',
      'eventTime',
    ]);
  });

  it('refuses fields it does not know, also inside', async () => {
    expect(await wrong(events.transform({ eventName: 'a', eventKey: 'b', tenantId: 'c' }))).toEqual([
      'tenantId',
    ]);
    const items = [{ workflowId: 'a' }, { workflowId: 'b', caller: {} }];
    expect(await wrong(batches.transform({ items }))).toEqual(['items[1].caller']);
  });

  it('refuses a body that is no object', async () => {
    expect(await wrong(events.transform([]))).toEqual([]);
    expect(await wrong(events.transform('text'))).toEqual([]);
  });

  it('bounds a batch', async () => {
    expect(await wrong(batches.transform({ items: [] }))).toEqual(['items']);
    const items = Array.from({ length: 1_001 }, () => ({ workflowId: 'a' }));
    expect(await wrong(batches.transform({ items }))).toEqual(['items']);
  });

  it('reads numbers and lists out of a query', async () => {
    expect(await queries.transform({ limit: '20', status: 'failed,paused' })).toMatchObject({
      limit: 20,
      status: ['failed', 'paused'],
    });
    expect(await queries.transform({})).toMatchObject({ limit: 50 });
  });

  it.each([
    { limit: '0' },
    { limit: '501' },
    { limit: 'x' },
    { status: 'lost' },
    { tag: 'x' },
    { createdTo: '2026-W01' },
  ])('refuses the query %j', async (query) => {
    expect(await wrong(queries.transform(query))).toEqual(Object.keys(query));
  });
});
