/** One step of the schema; applied once, in order, in a transaction of its own. */
export interface Migration {
  /** Schema version it leads to. */
  readonly version: number;
  /** Oldest version of this code that may go on using the store afterwards. */
  readonly oldestReader: number;
  readonly sql: string;
}
