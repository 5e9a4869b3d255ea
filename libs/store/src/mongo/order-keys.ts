const MOMENT_LENGTH = 9;
const NUMBER_LENGTH = 4;

/**
 * Keys that sort in the order in which one store object gave them, and between store objects by moment. They are
 * unique as long as the marks of the store objects are.
 */
export class OrderKeys {
  private moment = 0;
  private number = 0;

  /** @param mark of this store object, letters and digits */
  constructor(private readonly mark: string) {}

  /** @param now epoch ms; an earlier one than before counts as the one before */
  next(now: number): string {
    if (now > this.moment) {
      this.moment = now;
      this.number = 0;
    } else {
      this.number += 1;
    }
    return `${digits(this.moment, MOMENT_LENGTH)}${digits(this.number, NUMBER_LENGTH)}${this.mark}`;
  }
}

function digits(value: number, length: number): string {
  return value.toString(36).padStart(length, '0');
}
