import { IdempotencyConflictError } from '@workflow-runner/runner';
import { WorkflowTestKit } from '@workflow-runner/testing';
import '@workflow-runner/testing/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NightlyReportModule } from './report.module.js';
import { keyOf, type Report } from './report.js';
import { NightlyReportWorkflow } from './report.workflow.js';
import { Archive, Sales } from './sources.js';
import { CollectFigures, StoreReport } from './steps.js';

/** Keeps each day's report, and what was put in all. */
class Shelf extends Archive {
  readonly reports = new Map<string, string>();
  puts = 0;

  override async put(date: string, text: string): Promise<void> {
    this.puts += 1;
    this.reports.set(date, text);
  }
}

let shelf: Shelf;
let kit: WorkflowTestKit;

beforeEach(async () => {
  shelf = new Shelf();
  kit = await WorkflowTestKit.create({
    imports: [NightlyReportModule],
    override: (builder) => builder.overrideProvider(Archive).useValue(shelf),
    startAt: '2026-03-01T02:00:00Z',
  });
});
afterEach(() => kit.close());

function start(date: string): Promise<string> {
  return kit.start(NightlyReportWorkflow, { date }, { idempotencyKey: keyOf(date) });
}

describe('the nightly report', () => {
  it('is about the day before', async () => {
    const id = await kit.start(NightlyReportWorkflow, {});
    expect(await kit.completed(id)).toMatchObject({ data: { date: '2026-02-28', orders: 28, revenue: 560 } });
    expect([...shelf.reports]).toEqual([['2026-02-28', '28 orders, 560 earned']]);
  });

  it('is written once for a day, however often it is started', async () => {
    const id = await start('2026-02-28');
    await kit.settled();
    await kit.advance('2h');
    expect(await start('2026-02-28')).toBe(id);
    await kit.settled();
    expect(shelf.puts).toBe(1);
    expect(await start('2026-02-27')).not.toBe(id);
    const other = { date: '2026-02-26' };
    await expect(
      kit.start(NightlyReportWorkflow, other, { idempotencyKey: keyOf('2026-02-28') }),
    ).rejects.toBeInstanceOf(IdempotencyConflictError);
  });

  it('stays about its day when the figures are there only on the next one', async () => {
    kit.overrideStep(CollectFigures, () => {
      throw new Error('the database is being moved');
    });
    const id = await kit.start(NightlyReportWorkflow, {});
    await kit.advance('2d');
    expect(await kit.instance(id)).toMatchObject({
      status: 'failed',
      error: { step: 'CollectFigures', attempt: 3 },
    });

    kit.restoreStep(CollectFigures);
    await kit.runner.retryWorkflow(id);
    expect(await kit.completed<Report>(id)).toMatchObject({ data: { date: '2026-02-28' } });
  });

  it('takes the place of what a process had put before it died', async () => {
    kit.crashAt('before-commit', { step: StoreReport });
    const id = await start('2026-02-28');
    await kit.completed(id);
    expect(await kit.history(id)).toHaveRunOnce(StoreReport);
    expect([shelf.puts, shelf.reports.size]).toEqual([2, 1]);
  });

  it('refuses a day that is none, at once', async () => {
    const id = await kit.start(NightlyReportWorkflow, { date: 'yesterday' });
    await kit.settled();
    expect(await kit.instance(id)).toMatchObject({
      status: 'failed',
      error: { category: 'validation', attempt: 1 },
    });
  });

  it('asks the application for its figures', async () => {
    const sales = { of: async () => ({ orders: 1, revenue: 2 }) } satisfies Sales;
    const own = await WorkflowTestKit.create({
      imports: [NightlyReportModule],
      override: (builder) => builder.overrideProvider(Sales).useValue(sales),
    });
    const id = await own.start(NightlyReportWorkflow, {});
    expect(await own.completed(id)).toMatchObject({
      data: { date: '2025-12-31', text: '1 orders, 2 earned' },
    });
    await own.close();
  });
});
