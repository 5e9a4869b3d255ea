import type { ChunkDoc, InstanceDoc } from './documents.js';

/** What retention must know of an ended instance: its rows by their revisions alone. */
export type Ended = Pick<InstanceDoc, '_id' | 'snapRev' | 'pos' | 'ik'> & {
  readonly log: readonly Pick<InstanceDoc['log'][number], 'r'>[];
};

export type ChunkSpan = Pick<ChunkDoc, '_id' | 'i' | 'f' | 'l'>;

/** What goes of one instance: chunks of its journal first, then rows of its document, itself last. */
export interface InstancePurge {
  readonly instance: Ended;
  readonly chunks: readonly ChunkSpan[];
  /** Of the next chunk only so many rows, the oldest. */
  readonly ofChunk: { readonly chunk: ChunkSpan; readonly rows: number } | null;
  /** So many rows of its own, the oldest; none when it goes itself. */
  readonly ofLog: number;
  readonly isWhole: boolean;
  /** How many rows that is, itself included. */
  readonly count: number;
}

/**
 * What goes of an instance with at most so many rows. Its own rows behind the snapshot go only with itself, in one update:
 * somebody may want to retry it.
 * @param chunks of this instance, oldest first @param left 1 or more
 */
export function planPurge(instance: Ended, chunks: readonly ChunkSpan[], left: number): InstancePurge {
  const gone: ChunkSpan[] = [];
  let count = 0;
  for (const chunk of chunks) {
    const rows = chunk.l - chunk.f + 1;
    if (count + rows > left) {
      const ofChunk = count < left ? { chunk, rows: left - count } : null;
      return { instance, chunks: gone, ofChunk, ofLog: 0, isWhole: false, count: left };
    }
    gone.push(chunk);
    count += rows;
  }
  const own = instance.log.length;
  const free = instance.log.filter(({ r }) => r <= instance.snapRev).length;
  const plan = { instance, chunks: gone, ofChunk: null };
  if (count + own + 1 <= left || (count === 0 && free === 0))
    return { ...plan, ofLog: 0, isWhole: true, count: Math.min(left, count + own + 1) };
  const ofLog = Math.min(free, left - count);
  return { ...plan, ofLog, isWhole: false, count: count + ofLog };
}
