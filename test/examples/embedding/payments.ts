import { Injectable } from '@nestjs/common';

/** Whatever talks to the payment provider. */
@Injectable()
export class Payments {
  private readonly receipts = new Map<string, string>();

  async charge(amount: number, key: string): Promise<string> {
    const receipt = this.receipts.get(key) ?? `charged ${amount}`;
    this.receipts.set(key, receipt);
    return receipt;
  }
}
