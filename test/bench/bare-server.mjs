/** A handler that does nothing, on the HTTP framework of the server: Nest on Fastify. */
import 'reflect-metadata';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

class BareController {
  start() {
    return { success: true, instanceId: 'none' };
  }
}
Controller()(BareController);
Body()(BareController.prototype, 'start', 0);
Post()(BareController.prototype, 'start', Object.getOwnPropertyDescriptor(BareController.prototype, 'start'));

class AppModule {}
Module({ controllers: [BareController] })(AppModule);

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
process.stdout.write(String(new URL(await app.getUrl()).port));
