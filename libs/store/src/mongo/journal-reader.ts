import type { HistoryPage, HistoryRequest } from '@workflow-runner/contract';
import { pageLimit, pageStart, toPage } from '../shared/paging.js';
import type { InstanceDoc, RowDoc } from './documents.js';
import { ANY_INSTANCE } from './instance-filter.js';
import type { Base } from './parts.js';
import { toRow } from './records.js';

/** So many chunks are read at once. */
const CHUNKS_AT_ONCE = 2;

type Head = Pick<InstanceDoc, '_id' | 't' | 'wf' | 'log'>;

/** Revisions from one to another, both not included, in one direction. */
interface Stretch {
  readonly after: number;
  readonly before: number;
  readonly isNewest: boolean;
}

/**
 * The whole journal of an instance: the chunks that have left its document, then what is left in it. Rows leave it only
 * after their chunk was written: whoever reads the document first misses none, and may find some twice.
 */
export class JournalReader {
  constructor(private readonly base: Base) {}

  async page(instanceId: string, request: HistoryRequest): Promise<HistoryPage> {
    const limit = pageLimit(request);
    const stretch = stretchOf(request);
    const head: Head | null = await this.base.driver.findOne(
      'instances',
      { ...ANY_INSTANCE, _id: instanceId },
      { projection: { t: 1, wf: 1, log: 1 } },
    );
    if (!head) return { items: [], nextCursor: null };
    const rows: RowDoc[] = [];
    for await (const piece of this.pieces(head, stretch)) {
      rows.push(...piece.filter(({ c }) => c !== null || !request.controlsOnly));
      if (rows.length > limit) break;
    }
    const { items, nextCursor } = toPage(rows, limit, ({ r }) => r);
    return { items: items.map((row) => toRow(row, head)), nextCursor };
  }

  private async *pieces(head: Head, stretch: Stretch): AsyncGenerator<readonly RowDoc[]> {
    const before = Math.min(stretch.before, head.log[0]?.r ?? Infinity);
    if (stretch.isNewest) yield rowsOf(head.log, stretch);
    yield* this.chunks(head._id, { ...stretch, before });
    if (!stretch.isNewest) yield rowsOf(head.log, stretch);
  }

  private async *chunks(i: string, whole: Stretch): AsyncGenerator<readonly RowDoc[]> {
    let left = whole;
    while (left.after + 1 < left.before) {
      const chunks = await this.base.driver.find(
        'journal',
        { i, f: { $lt: left.before }, l: { $gt: left.after } },
        { sort: { f: left.isNewest ? -1 : 1 }, limit: CHUNKS_AT_ONCE },
      );
      if (chunks.length === 0) return;
      for (const { rows, f, l } of chunks) {
        yield rowsOf(rows, left);
        left = left.isNewest ? { ...left, before: f } : { ...left, after: l };
      }
    }
  }
}

function stretchOf(request: HistoryRequest): Stretch {
  const start = pageStart(request);
  const isNewest = request.order === 'newest';
  return {
    after: isNewest ? -1 : (start ?? -1),
    before: isNewest ? (start ?? Infinity) : Infinity,
    isNewest,
  };
}

function rowsOf(rows: readonly RowDoc[], { after, before, isNewest }: Stretch): RowDoc[] {
  const found = rows.filter(({ r }) => r > after && r < before);
  return isNewest ? found.reverse() : found;
}
