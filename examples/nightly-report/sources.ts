import { Injectable } from '@nestjs/common';

export interface Figures {
  readonly orders: number;
  readonly revenue: number;
}

/** Where the figures of a day come from. */
export abstract class Sales {
  abstract of(date: string): Promise<Figures>;
}

/** Where reports are kept: one for each day, whatever comes later takes its place. */
export abstract class Archive {
  abstract put(date: string, text: string): Promise<void>;
}

/** Stands for a database. */
@Injectable()
export class SampleSales extends Sales {
  async of(date: string): Promise<Figures> {
    const orders = Number(date.slice(-2));
    return { orders, revenue: orders * 20 };
  }
}

/** Stands for a place where files lie. */
@Injectable()
export class SampleArchive extends Archive {
  private readonly reports = new Map<string, string>();

  async put(date: string, text: string): Promise<void> {
    this.reports.set(date, text);
  }
}
