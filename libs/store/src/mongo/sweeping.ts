import { setTimeout as pause } from 'node:timers/promises';
import type { NodeRegistry } from './node-registry.js';
import type { EventsPart } from './parts.js';

/** How long a heartbeat waits for it, in ms: a small part of any lease. */
const PATIENCE_MS = 300;

/** Finishes what others have begun and were cut off from; rides with heartbeats, one at a time. */
export class Sweeping {
  private underWay: Promise<void> | null = null;

  constructor(
    private readonly nodes: NodeRegistry,
    private readonly events: Pick<EventsPart, 'sweep'>,
  ) {}

  /** Waits for it a while only: the next heartbeat must not come late. Never rejects: the next one tries again. */
  async run(): Promise<void> {
    this.underWay ??= this.sweep().finally(() => (this.underWay = null));
    await Promise.race([this.underWay, pause(PATIENCE_MS, undefined, { ref: false })]);
  }

  /** Resolves when nothing of it is under way. */
  async settled(): Promise<void> {
    await this.underWay;
  }

  private async sweep(): Promise<void> {
    await this.nodes.sweep().catch(() => undefined);
    await this.events.sweep().catch(() => undefined);
  }
}
