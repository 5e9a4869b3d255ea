import { setTimeout as answerAfter } from 'node:timers/promises';
import { ExecutionResult, StepBody, type StepContext } from '@workflow-runner/runner';
import { SOLD_OUT_SKU, type Order } from '../order.js';

/** Stands for a call to the warehouse. */
export class ReserveStock extends StepBody {
  order!: Order;
  reservation = '';

  async run(context: StepContext): Promise<ExecutionResult> {
    await answerAfter(20, undefined, { signal: context.signal });
    const soldOut = this.order.items.some(({ sku }) => sku === SOLD_OUT_SKU);
    if (soldOut || this.order.failAt === 'stock') throw new Error('An article is sold out');
    // The same key after a retry or a crash: a real warehouse would reserve once.
    this.reservation = `stock:${context.idempotencyKey}`;
    return ExecutionResult.next();
  }
}

export class ReleaseStock extends StepBody {
  run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}
