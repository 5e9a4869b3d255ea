export interface ExampleFacts {
  /** `http://127.0.0.1:3000`. */
  readonly address: string;
  readonly token: string;
  /** Full ids. */
  readonly workflows: readonly string[];
}

const ORDER = {
  orderId: 'A-1',
  customer: 'Ada',
  items: [{ sku: 'BOOK', quantity: 2, price: 12.5 }],
};

/** A command to copy that starts the order of the examples, or else the first workflow; empty when there is none. */
export function startExample({ address, token, workflows }: ExampleFacts): string {
  const order = workflows.find((one) => one.startsWith('shop.order@'));
  const id = order ?? workflows[0];
  if (id === undefined) return '';
  return [
    `curl -X POST '${address}/workflow/start/${id.slice(0, id.lastIndexOf('@'))}' \\`,
    `  -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify(order ? ORDER : {})}'`,
  ].join('\n');
}
