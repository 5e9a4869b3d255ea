import { closeSync, fdatasync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';

const CHUNK = Buffer.alloc(65_536);

/** The part of a file that SQLite appends commits to, as something that can be made to survive a loss of power. */
export interface WriteAheadLog {
  /** Returns when everything written to it is on the disk. */
  sync(): void;
  /** The same without standing still. */
  syncLater(): Promise<void>;
  /**
   * Lets the file have so many bytes from the beginning: a sync takes half the time where the file need not grow, too.
   * What stands there means nothing to SQLite. Only for whoever holds the write lock; where the disk has no room it
   * leaves the file as it is.
   */
  reserve(bytes: number): void;
}

/**
 * `-wal` beside the database. Opened and closed freely: SQLite's locks are on the two other files, and the log exists as
 * long as a connection does.
 */
export class LogFile implements WriteAheadLog {
  private readonly path: string;
  private file: number | null = null;

  constructor(databasePath: string) {
    this.path = `${databasePath}-wal`;
  }

  sync(): void {
    fdatasyncSync(this.opened());
  }

  syncLater(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.opened(), (error) => (error ? reject(error) : resolve()));
    });
  }

  reserve(bytes: number): void {
    const file = this.opened();
    const { size: before } = fstatSync(file);
    try {
      for (let size = before; size < bytes; size += CHUNK.length) {
        writeSync(file, CHUNK, 0, Math.min(CHUNK.length, bytes - size), size);
      }
    } catch (error) {
      if (!isFull(error)) throw error;
      ftruncateSync(file, before);
    }
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }

  private opened(): number {
    this.file ??= openSync(this.path, 'r+');
    return this.file;
  }
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException).code ?? '');
}
