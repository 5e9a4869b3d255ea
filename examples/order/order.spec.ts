import { WorkflowTestKit } from '@workflow-runner/testing';
import '@workflow-runner/testing/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workflows } from '../index.js';
import { OrderWorkflow } from './order.workflow.js';
import type { Order } from './order.js';
import { PackOrder, ShipOrder, BookCourier } from './steps/shipping.js';
import { ChargePayment } from './steps/payment.js';
import { ReserveStock } from './steps/stock.js';

const order: Order = { orderId: 'A-1', customer: 'Ada', items: [{ sku: 'BOOK', quantity: 2, price: 12.5 }] };
const large: Order = { ...order, items: [{ sku: 'PIANO', quantity: 1, price: 9_000 }] };

// #region plain
let kit: WorkflowTestKit;

beforeEach(async () => {
  kit = await WorkflowTestKit.create({ workflows });
});
afterEach(() => kit.close());
// #endregion

describe('an order', () => {
  // #region advance
  it('is shipped a second after it was confirmed', async () => {
    const id = await kit.start(OrderWorkflow, order);
    await kit.settled();
    expect(await kit.history(id)).not.toHaveRun(ShipOrder);

    await kit.advance('1s');
    const { data } = await kit.completed<Order>(id);
    expect(data).toMatchObject({ total: 25, message: 'Dear Ada, your order A-1 is on its way.' });
    expect(await kit.history(id)).toHaveRunBefore(PackOrder, ShipOrder);
  });
  // #endregion

  // #region publish
  it('above a limit waits until somebody has approved it', async () => {
    const id = await kit.start(OrderWorkflow, large);
    await kit.advance('30d');
    expect(await kit.why(id)).toMatchObject({
      status: 'waiting',
      pointers: [{ stepName: 'WaitForApproval', eventName: 'order.approved', eventKey: 'A-1' }],
    });

    await kit.publish('order.approved', 'A-1', { approvedBy: 'Grace' });
    await kit.advance('1s');
    expect(await kit.completed<Order>(id)).toMatchObject({ data: { approval: { approvedBy: 'Grace' } } });
  });
  // #endregion

  it('is undone where its payment fails', async () => {
    const id = await kit.start(OrderWorkflow, { ...order, failAt: 'payment' });
    const { data } = await kit.completed<Order>(id);
    expect(data.undone).toEqual(['reservation', 'courier']);
    const history = await kit.history(id);
    for (const step of [BookCourier, ReserveStock]) expect(history).toHaveBeenCompensated(step);
    expect(history).not.toHaveRun(ShipOrder);
  });

  // #region override
  it('is undone when the bank refuses', async () => {
    kit.overrideStep(ChargePayment, (step, context) => {
      throw new Error(`no charge for ${step.order.orderId}, attempt ${context.attempt}`);
    });
    const id = await kit.start(OrderWorkflow, order);
    const { data } = await kit.completed<Order>(id);
    expect(data.message).toContain('nothing was charged');
    expect(await kit.history(id)).toHaveBeenCompensated(BookCourier);
  });
  // #endregion

  // #region while-running
  it('is undone when the bank does not answer at all', async () => {
    kit.overrideStep(ChargePayment, () => new Promise(() => undefined));
    const id = await kit.start(OrderWorkflow, order);
    await kit.advance('1m', { whileRunning: true });

    const { data } = await kit.completed<Order>(id);
    expect(data.message).toContain('nothing was charged');
    const { attempts } = await kit.history(id);
    expect(attempts.find(({ stepName }) => stepName === 'ChargePayment')).toMatchObject({
      status: 'failed',
      error: { code: 'STEP_TIMED_OUT' },
    });
  });
  // #endregion

  it('is done once, wherever its process dies', async () => {
    kit.overrideStep(ReserveStock, (step) => void (step.reservation = 'reserved'));
    kit.overrideStep(ChargePayment, (step) => void (step.payment = 'paid'));
    const calm = await kit.start(OrderWorkflow, order);
    await kit.advance('1s');
    const { steps } = await kit.history(calm);
    for (const point of ['before-step', 'before-commit', 'after-commit'] as const) {
      for (const step of new Set(steps)) {
        kit.crashAt(point, { step });
        const id = await kit.start(OrderWorkflow, order);
        await kit.advance('1s');
        expect(await kit.completed<Order>(id)).toMatchObject({ data: { total: 25, confirmed: true } });
        expect([...(await kit.history(id)).steps].sort()).toEqual([...steps].sort());
      }
    }
    expect(kit.deaths).toBe(3 * new Set(steps).size);
  });
});
