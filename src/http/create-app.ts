import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProblemFilter } from '@workflow-runner/gateway/rest';
import { AppModule, type AppParts } from '../app.module.js';
import { serveDocs } from './docs.js';

/** Largest body of a request, in bytes. */
const BODY_LIMIT = 1024 * 1024;

/** The application; `init()` makes it listen and run. It takes JSON and nothing else. */
export async function createApp(parts: AppParts, logger: LoggerService): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: BODY_LIMIT, routerOptions: { maxParamLength: 500 } });
  const options = { logger, bodyParser: false, abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(parts), adapter, options);
  adapter.getInstance().removeContentTypeParser('text/plain');
  // Everything that goes wrong outside of a controller, too: no such route, broken JSON, too large a body.
  app.useGlobalFilters(app.get(ProblemFilter, { strict: false }));
  serveDocs(app);
  return app;
}
