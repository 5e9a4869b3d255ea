import type { Server } from 'node:http';
import { Inject, Module, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

/** Where the server listens. */
export interface Place {
  /** 0: one that is free. */
  readonly port: number;
  readonly host: string;
}

const PLACE = Symbol('place');

/** How long requests under way may hold up a stop, in ms. */
const REQUESTS_LIMIT_MS = 2_000;

interface Listener {
  listen(place: Place): Promise<string>;
}

/**
 * Opens and closes the door to the server. It opens when everything can answer and before anything runs, so that a
 * port in use ends the start; it closes when the steps have been waited for, so that whoever asks meanwhile hears
 * that it stops.
 */
export class HttpDoor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(PLACE) private readonly place: Place,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.host.httpAdapter.getInstance<Listener>().listen(this.place);
  }

  beforeApplicationShutdown(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    const limit = setTimeout(() => server.closeAllConnections(), REQUESTS_LIMIT_MS);
    server.once('close', () => clearTimeout(limit));
  }
}

/** Global modules are the first to begin, ahead of the runner's. */
@Module({ providers: [HttpDoor] })
export class HttpDoorModule {
  static forRoot(place: Place): DynamicModule {
    return { module: HttpDoorModule, global: true, providers: [{ provide: PLACE, useValue: place }] };
  }
}
