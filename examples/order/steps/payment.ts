import { setTimeout as answerAfter } from 'node:timers/promises';
import { ExecutionResult, StepBody, type StepContext } from '@workflow-runner/runner';
import type { Order } from '../order.js';

/** Stands for a call to a payment service, which takes its time. */
export class ChargePayment extends StepBody {
  order!: Order;
  payment = '';

  async run(context: StepContext): Promise<ExecutionResult> {
    await answerAfter(100, undefined, { signal: context.signal });
    if (this.order.failAt === 'payment') throw new Error('The card was declined');
    // Payment services take such a key and charge once, however often they are asked.
    this.payment = `charge:${context.idempotencyKey}`;
    return ExecutionResult.next();
  }
}

export class RefundPayment extends StepBody {
  run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}
