/** One line of a file. */
export interface Row {
  readonly line: number;
  readonly sku: string;
  readonly price: number;
}

/** A row that could not be imported, and why. */
export interface Rejected {
  readonly line: number;
  readonly reason: string;
}

/** What an import is started with, and how far it has come. */
export interface ImportJob {
  readonly file: string;
  readonly rows: readonly Row[];

  imported?: number;
  rejected?: readonly Rejected[];
  report?: string;
}
