import { Injectable } from '@nestjs/common';

@Injectable()
export class Payments {
  readonly charged: { amount: number; key: string }[] = [];

  charge(amount: number, key: string): Promise<string> {
    this.charged.push({ amount, key });
    return Promise.resolve(`receipt of ${amount}`);
  }
}
