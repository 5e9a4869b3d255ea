import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { WorkflowObserveModule } from '@workflow-runner/gateway/observe';
import { createWorkflowApiDocument } from '@workflow-runner/gateway/rest';
import { DOCS_PATH } from './docs-path.js';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Serves the OpenAPI document, as a page at /docs and as JSON at /docs-json. Both are open to everybody: they hold
 * what the product's own documentation holds, and nothing of this server, neither a workflow's name nor a token.
 */
export function serveDocs(app: NestFastifyApplication): void {
  const document = createWorkflowApiDocument(app, { include: [WorkflowObserveModule] });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', async (request, reply) => {
      if (request.url.startsWith(DOCS_PATH)) reply.headers(HEADERS);
    });
  SwaggerModule.setup(DOCS_PATH, app, document, { customSiteTitle: 'Workflow Runner', raw: ['json'] });
}
