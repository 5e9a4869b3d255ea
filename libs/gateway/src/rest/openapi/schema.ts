import type { OpenAPIObject } from '@nestjs/swagger';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** A schema of OpenAPI 3.0 that is no reference; both majors of @nestjs/swagger have the type, only one by name. */
export type Schema = Exclude<Schemas[string], { $ref: string }>;
