/** An order of the examples, small enough to need no approval. */
export function order(orderId: string, more: object = {}) {
  return { orderId, customer: 'Ada', items: [{ sku: 'BOOK', quantity: 2, price: 12.5 }], ...more };
}

/** One that waits for `order.approved`. */
export function largeOrder(orderId: string) {
  return order(orderId, { items: [{ sku: 'PIANO', quantity: 1, price: 9_000 }] });
}
