import type { Clock, Logger } from '@workflow-runner/contract';
import type { Opener } from './driver.js';

export interface SqliteStoreOptions {
  /** The database file; its folder is made when it is missing. Two files of SQLite (`-wal`, `-shm`) lie beside it. */
  readonly path: string;
  readonly clock: Clock;
  /** `full`: survives loss of power. `normal`: survives the death of the process only. @default 'full' */
  readonly synchronous?: 'full' | 'normal';
  /**
   * `bundled`: the SQLite of `@photostructure/sqlite`; `builtin`: Node's own; `auto`: the first that loads; or what
   * opens files with a driver of the caller's own. @default 'auto'
   */
  readonly driver?: 'auto' | 'bundled' | 'builtin' | Opener;
  /** How long `open` waits for a file that another process has locked, in ms. @default 5_000 */
  readonly openTimeoutMs?: number;
  /** @default none */
  readonly logger?: Logger;
}
