import { ExecutionResult, StepBody } from '@workflow-runner/runner';
import type { Order } from '../order.js';

/** The input is wrong and stays wrong: `category` keeps the engine from trying again. */
class InvalidOrderError extends Error {
  readonly category = 'validation';
}

export class ValidateOrder extends StepBody {
  order!: Order;

  run(): Promise<ExecutionResult> {
    const problem = problemOf(this.order);
    if (problem) throw new InvalidOrderError(problem);
    return ExecutionResult.next();
  }
}

export class PriceOrder extends StepBody {
  items: Order['items'] = [];
  total = 0;

  run(): Promise<ExecutionResult> {
    const cents = this.items.map(({ quantity, price }) => Math.round(quantity * price * 100));
    this.total = cents.reduce((sum, item) => sum + item, 0) / 100;
    return ExecutionResult.next();
  }
}

/** Stands for a mail to whoever may approve; the workflow then waits for the event `order.approved`. */
export class AskForApproval extends StepBody {
  run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

function problemOf({ orderId, customer, items }: Partial<Order>): string | null {
  if (typeof orderId !== 'string' || orderId === '') return 'orderId must be a text';
  if (typeof customer !== 'string' || customer === '') return 'customer must be a text';
  if (!Array.isArray(items) || items.length === 0) return 'items must hold at least one item';
  for (const [index, { sku, quantity, price }] of (items as Order['items']).entries()) {
    if (typeof sku !== 'string' || sku === '') return `items[${index}].sku must be a text`;
    if (!Number.isInteger(quantity) || quantity < 1) return `items[${index}].quantity must be at least 1`;
    if (!Number.isFinite(price) || price < 0) return `items[${index}].price must be at least 0`;
  }
  return null;
}
