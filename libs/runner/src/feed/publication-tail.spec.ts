import { StoreUnavailableError, type Publication } from '@workflow-runner/contract';
import { MemoryStore } from '@workflow-runner/store/memory';
import { ManualClock } from '@workflow-runner/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { aStart } from '../../../../test/contract/samples.js';
import { LogBook } from '../../../../test/runner/lab.js';
import { Feed } from './feed.js';
import { PublicationTail } from './publication-tail.js';

/** Counts how often it is read, and can be away. */
class Watched extends MemoryStore {
  reads = 0;
  isAway = false;
  /** All that was committed has been deleted. */
  isEmpty = false;

  override async publications(
    after: number,
    limit: number,
    what: 'whole' | 'headlines',
  ): Promise<readonly Publication[]> {
    this.reads += 1;
    if (this.isAway) throw new StoreUnavailableError('away');
    return this.isEmpty ? [] : super.publications(after, limit, what);
  }
}

let clock: ManualClock;
let store: Watched;
let logger: LogBook;
let tail: PublicationTail;
let created = 0;

beforeEach(async () => {
  clock = new ManualClock();
  store = new Watched({ clock });
  await store.open();
  logger = new LogBook();
  tail = new PublicationTail(store, clock, logger, 1_000);
  created = 0;
});

async function commit(count: number): Promise<void> {
  await store.create(Array.from({ length: count }, () => aStart(`i${(created += 1)}`)));
}

/** The tail is told that something was committed, and time for it to look has passed. */
async function wakeAndSettle(): Promise<void> {
  tail.wake();
  clock.advance(10);
  await settle();
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Reads on and on in the background. */
function reading(feed: Feed) {
  const seen: string[] = [];
  const over = (async () => {
    for await (const { tellings } of feed) seen.push(...tellings.map(({ instanceId }) => instanceId));
  })();
  return { seen, over };
}

const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `i${from + i}`);

describe('A tail', () => {
  it('is read once for all who keep up', async () => {
    const readers = [];
    for (let n = 0; n < 50; n += 1) readers.push(reading(await Feed.open(tail, {})));
    await settle();
    store.reads = 0;
    await commit(3);
    await wakeAndSettle();

    for (const { seen } of readers) expect(seen).toEqual(['i1', 'i2', 'i3']);
    expect(store.reads).toBe(1);
    tail.stop();
  });

  it('finds by itself what was committed elsewhere, within its interval', async () => {
    const { seen } = reading(await Feed.open(tail, {}));
    await settle();
    await commit(1);
    clock.advance(999);
    await settle();
    expect(seen).toEqual([]);
    clock.advance(1);
    await settle();
    expect(seen).toEqual(['i1']);
    tail.stop();
  });

  it('lets who has fallen far behind read the store, and miss and repeat nothing', async () => {
    const slow = await Feed.open(tail, {});
    const quick = reading(await Feed.open(tail, {}));
    await settle();
    const seen: string[] = [];
    for (let round = 1; round <= 13; round += 1) {
      await commit(200);
      await wakeAndSettle();
    }
    for await (const { tellings } of slow) {
      seen.push(...tellings.map(({ instanceId }) => instanceId));
      if (seen.length === 2_600) break;
    }

    expect(quick.seen).toEqual(ids(1, 2_600));
    expect(seen).toEqual(ids(1, 2_600));
    tail.stop();
  });

  it('holds nothing and looks at nothing when its last reader has left', async () => {
    const one = await Feed.open(tail, {});
    const two = await Feed.open(tail, {});
    const { over } = reading(one);
    await settle();
    expect(tail.readers).toBe(2);
    one.close();
    one.close();
    two.close();
    await over;
    expect(tail.readers).toBe(0);
    expect(clock.untilNext).toBeNull();

    store.reads = 0;
    await commit(1);
    tail.wake();
    clock.advance(10_000);
    await settle();
    expect(store.reads).toBe(0);

    const { seen } = reading(await Feed.open(tail, {}));
    await commit(1);
    await wakeAndSettle();
    expect(seen).toEqual(['i2']);
    tail.stop();
  });

  it('goes on after the store was away, for who keeps up and who does not', async () => {
    await commit(5);
    const newest = reading(await Feed.open(tail, {}));
    await settle();
    store.isAway = true;
    const behind = reading(await Feed.open(tail, { after: 0 }));
    await commit(1);
    await wakeAndSettle();
    clock.advance(1_000);
    await settle();
    expect([newest.seen, behind.seen]).toEqual([[], []]);
    expect(logger.of('warn')).toEqual(['feed.failed']);

    store.isAway = false;
    clock.advance(1_000);
    await settle();
    expect(newest.seen).toEqual(['i6']);
    expect(behind.seen).toEqual(ids(1, 6));
    tail.stop();
  });

  it('does not look again and again where nothing is left to tell', async () => {
    await commit(5);
    store.isEmpty = true;
    const feed = await Feed.open(tail, { after: 0 });
    const { seen, over } = reading(feed);
    await settle();
    expect([seen, feed.position, store.reads]).toEqual([[], 5, 2]);
    feed.close();
    await over;
  });

  it('lets others have their turn while somebody reads a long past', async () => {
    await commit(2_000);
    const feed = await Feed.open(tail, { after: 0, instanceId: 'nobody' });
    const { over } = reading(feed);
    let turns = 0;
    while (feed.position < 2_000) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
    expect(turns).toBeGreaterThanOrEqual(5);
    feed.close();
    await over;
  });

  it('ends every reading when it is stopped', async () => {
    const { over } = reading(await Feed.open(tail, {}));
    await settle();
    tail.stop();
    await over;
    const late = reading(await Feed.open(tail, { after: 0 }));
    await late.over;
    expect(late.seen).toEqual([]);
    expect(tail.readers).toBe(0);
    expect(clock.untilNext).toBeNull();
  });
});
