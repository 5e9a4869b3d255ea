import type { Schema } from './schema.js';

/** Any value of JSON. */
export const JSON_VALUE = {
  anyOf: [
    { type: 'object', additionalProperties: true },
    { type: 'array', items: {} },
    { type: 'string', nullable: true },
    { type: 'number' },
    { type: 'boolean' },
  ],
} satisfies Schema;
