import { ExecutionResult, StepBody, type StepContext } from '@workflow-runner/runner';
import type { Order } from '../order.js';

export class BookCourier extends StepBody {
  order!: Order;
  courier = '';

  run(): Promise<ExecutionResult> {
    if (this.order.failAt === 'courier') throw new Error('No courier has room today');
    this.courier = 'bike';
    return ExecutionResult.next();
  }
}

export class CancelCourier extends StepBody {
  run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

export class ConfirmOrder extends StepBody {
  run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

export class PackOrder extends StepBody {
  run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

export class ShipOrder extends StepBody {
  shipment = '';

  run(context: StepContext): Promise<ExecutionResult> {
    this.shipment = `parcel:${context.idempotencyKey}`;
    return ExecutionResult.next();
  }
}
