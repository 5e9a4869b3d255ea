import type { INestApplication, Type } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { WorkflowRestModule } from '../workflow-rest.module.js';

/** Version of this package, whose routes the document describes. */
export const DOCUMENT_VERSION = '0.1.0';

const DESCRIPTION = `Starts durable workflows, looks at them and steers them.

Times are ISO 8601 in UTC, lengths are in ms. Lists are read page by page: give \`nextCursor\` back as \`cursor\`.
Every error is a problem (RFC 9457) with a \`code\`.`;

export interface WorkflowApiDocumentOptions {
  /** @default 'Workflow Runner' */
  readonly title?: string;
  /** Other modules whose routes stand in the document, too. @default none */
  readonly include?: readonly Type[];
}

/**
 * The OpenAPI document of the routes of WorkflowRestModule alone, below the prefix of the application. A host whose
 * own document covers its whole application finds them there without this; it only needs `addBearerAuth()`.
 */
export function createWorkflowApiDocument(
  app: INestApplication,
  { title = 'Workflow Runner', include = [] }: WorkflowApiDocumentOptions = {},
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle(title)
    .setDescription(DESCRIPTION)
    .setVersion(DOCUMENT_VERSION)
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'The token of the server, or a JSON Web Token.',
    })
    .build();
  return SwaggerModule.createDocument(app, config, { include: [WorkflowRestModule, ...include] });
}
