import { setTimeout as answerAfter } from 'node:timers/promises';
import { WorkflowTestKit, type KitProps } from '@workflow-runner/testing';
import '@workflow-runner/testing/vitest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Catalogue, type PutOptions } from './catalogue.js';
import type { ImportJob, Row } from './import-job.js';
import { ImportModule } from './import.module.js';
import { ImportWorkflow } from './import.workflow.js';
import { ATTEMPTS, ImportRow } from './steps.js';

/** A catalogue that notes what is put, and how many rows at a time. */
class NotingCatalogue extends Catalogue {
  readonly keys = new Map<string, Row>();
  atOnce = 0;
  mostAtOnce = 0;
  failures = 0;

  override async put(row: Row, { key }: PutOptions): Promise<void> {
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    await answerAfter(1);
    this.atOnce -= 1;
    if (row.sku === 'BROKEN' && this.failures > 0) {
      this.failures -= 1;
      throw new Error('out of order');
    }
    this.keys.set(key, row);
  }
}

async function open(props: KitProps = {}) {
  const catalogue = new NotingCatalogue();
  const kit = await WorkflowTestKit.create({
    imports: [ImportModule],
    override: (builder) => builder.overrideProvider(Catalogue).useValue(catalogue),
    props,
  });
  onTestFinished(() => kit.close());
  return { kit, catalogue };
}

function jobOf(count: number, special: Readonly<Record<number, Partial<Row>>> = {}): ImportJob {
  const rows = Array.from({ length: count }, (_, index) => {
    return { line: index + 1, sku: `A-${index + 1}`, price: 1, ...special[index + 1] };
  });
  return { file: 'articles.csv', rows };
}

describe('an import', () => {
  it('puts every row, side by side, up to the limit of the runner', async () => {
    const { kit, catalogue } = await open({ components: { lifecycle: { maxPerInstance: 4 } } });
    const id = await kit.start(ImportWorkflow, jobOf(50));
    const { data } = await kit.completed<ImportJob>(id);
    expect(data.report).toBe('articles.csv: 50 imported, 0 rejected');
    expect(catalogue.keys.size).toBe(50);
    expect(catalogue.mostAtOnce).toBe(4);
    expect(await kit.history(id)).toHaveRunTimes(ImportRow, 50);
  });

  it('tries a bad row again, and reports it when that does not help, while the others go on', async () => {
    const { kit, catalogue } = await open();
    catalogue.failures = Infinity;
    const id = await kit.start(ImportWorkflow, jobOf(20, { 7: { sku: 'BROKEN' }, 9: { price: -1 } }));
    await kit.settled();
    expect(await kit.instance<ImportJob>(id)).toMatchObject({
      status: 'waiting',
      data: { imported: 18, rejected: [{ line: 9, reason: 'price must be at least 0' }] },
    });

    await kit.advance('10s');
    const { data } = await kit.completed<ImportJob>(id);
    expect(data.report).toBe(
      'articles.csv: 18 imported, 2 rejected\n7: out of order\n9: price must be at least 0',
    );
    expect(await kit.history(id)).toHaveBeenRetried(ImportRow, ATTEMPTS - 1);
  });

  it('imports a row that was bad only for a moment', async () => {
    const { kit, catalogue } = await open();
    catalogue.failures = 1;
    const id = await kit.start(ImportWorkflow, jobOf(3, { 2: { sku: 'BROKEN' } }));
    await kit.advance('5s');
    expect(await kit.completed(id)).toMatchObject({ data: { imported: 3, rejected: [] } });
  });

  it('counts every row once, although the process dies in the middle of it', async () => {
    const { kit, catalogue } = await open({ components: { lifecycle: { maxPerInstance: 4 } } });
    kit.crashAt('before-commit', { step: ImportRow, passing: 10 });
    kit.crashAt('after-commit', { step: ImportRow, passing: 30 });
    const id = await kit.start(ImportWorkflow, jobOf(50));
    const { data } = await kit.completed<ImportJob>(id);
    expect(data).toMatchObject({ imported: 50, rejected: [] });
    expect(kit.deaths).toBe(2);
    expect(catalogue.keys.size).toBe(50);
    const history = await kit.history(id);
    expect(history).toHaveRunTimes(ImportRow, 50);
    expect(history.starts(ImportRow)).toBeGreaterThan(50);
  });
});
