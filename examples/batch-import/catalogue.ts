import { Injectable } from '@nestjs/common';
import type { Row } from './import-job.js';

export interface PutOptions {
  /** The same for the same row, however often it is put. */
  readonly key: string;
  readonly signal: AbortSignal;
}

/** Where articles are kept. */
export abstract class Catalogue {
  abstract put(row: Row, options: PutOptions): Promise<void>;
}

/** Stands for a database that does not like some rows: those with the sku `BROKEN`. */
@Injectable()
export class SampleCatalogue extends Catalogue {
  async put({ sku }: Row): Promise<void> {
    if (sku === 'BROKEN') throw new Error('the catalogue is not available');
  }
}
