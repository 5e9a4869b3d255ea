import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** As a pool of connections to a database: what is asked of it after it closed fails. */
@Injectable()
export class Pool implements OnApplicationShutdown {
  private closed = false;

  async query(ms: number): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    if (this.closed) throw new Error('the pool is closed');
    return 42;
  }

  onApplicationShutdown(): void {
    this.closed = true;
    console.log('pool closed');
  }
}
