import type { Socket } from 'node:net';

/** What happens to all bytes that go in one direction. */
export interface Weather {
  /** How much later each byte arrives. */
  delayMs: number;
  /** Nothing arrives; it is kept, in order. */
  isStalled: boolean;
}

type Item = { readonly bytes: Buffer } | 'end' | 'reset';

/** One direction of one connection: whatever one side says or does reaches the other in order, when the weather lets it. */
export class TcpFlow {
  private readonly onItsWay: { readonly item: Item; readonly since: number }[] = [];
  private timer: NodeJS.Timeout | null = null;

  /** @param admit is asked of all bytes when they are due; what it refuses is swallowed */
  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly weather: Weather,
    private readonly admit: (bytes: Buffer) => boolean,
  ) {
    from.on('data', (bytes: Buffer) => this.take({ bytes }));
    from.on('end', () => this.take('end'));
    from.on('error', () => this.take('reset'));
    to.on('drain', () => this.move());
    to.on('close', () => this.timer && clearTimeout(this.timer));
  }

  /** Hands on what is due; called again whenever that may have changed. */
  move(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    for (let next; (next = this.onItsWay[0]) && this.mayMove(); this.onItsWay.shift()) {
      const waitMs = next.since + this.weather.delayMs - performance.now();
      if (waitMs > 0) {
        this.timer = setTimeout(() => this.move(), Math.ceil(waitMs));
        break;
      }
      this.handOn(next.item);
    }
    // Unread bytes stay with the kernel, so that the sender feels it.
    if (this.mayMove()) this.from.resume();
    else this.from.pause();
  }

  private take(item: Item): void {
    if (this.to.destroyed) return;
    this.onItsWay.push({ item, since: performance.now() });
    this.move();
  }

  private handOn(item: Item): void {
    if (item === 'end') this.to.end();
    else if (item === 'reset') this.to.resetAndDestroy();
    else if (this.admit(item.bytes)) this.to.write(item.bytes);
  }

  private mayMove(): boolean {
    return !this.weather.isStalled && !this.to.writableNeedDrain && !this.to.destroyed;
  }
}
