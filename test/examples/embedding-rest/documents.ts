import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { createWorkflowApiDocument } from '@workflow-runner/gateway/rest';

/** The host's own document has the routes of the module, too. */
export function wholeDocument(app: INestApplication): OpenAPIObject {
  return SwaggerModule.createDocument(app, new DocumentBuilder().addBearerAuth().build());
}

/** One for the module alone, at an address of its own. */
export function serveWorkflowDocument(app: INestApplication): void {
  SwaggerModule.setup('workflow-docs', app, createWorkflowApiDocument(app));
}
