/** Orders above this sum wait for somebody's approval, in whole money units. */
export const APPROVAL_LIMIT = 1_000;

/** How long a confirmed order can be looked at before it leaves the house, in ms. */
export const PACKING_DELAY_MS = 1_000;

/** An article that is never there: one way to see the saga undo itself. */
export const SOLD_OUT_SKU = 'SOLD-OUT';

export interface OrderItem {
  readonly sku: string;
  readonly quantity: number;
  /** Of one piece. */
  readonly price: number;
}

/** What an order is started with, and what its steps add. */
export interface Order {
  readonly orderId: string;
  readonly customer: string;
  readonly items: readonly OrderItem[];
  /** Makes that part of the fulfilment fail, so that the saga can be watched. */
  readonly failAt?: 'courier' | 'stock' | 'payment';

  total?: number;
  approval?: { readonly approvedBy: string };
  courier?: string;
  reservation?: string;
  payment?: string;
  confirmed?: boolean;
  shipment?: string;
  /** What the saga undid, in the order in which it did. */
  undone?: readonly string[];
  message?: string;
}
