import type { ApiHeaderOptions } from '@nestjs/swagger';
import { CORRELATION_HEADER } from '../correlation-id.js';

const DESCRIPTION = 'Under which the request is logged, and what it starts is found.';

/** The header of every request. */
export const CORRELATION_REQUEST: ApiHeaderOptions = {
  name: CORRELATION_HEADER,
  required: false,
  description: `${DESCRIPTION} Without it a new one is made.`,
  schema: { type: 'string', maxLength: 255 },
};

/** The header of every answer. */
export const CORRELATION_RESPONSE = {
  [CORRELATION_HEADER]: { description: DESCRIPTION, schema: { type: 'string' as const } },
};
