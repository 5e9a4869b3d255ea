import { firstSchema } from './0001-first-schema.js';
import { whoAsked } from './0002-who-asked.js';
import { overdue } from './0003-overdue.js';
import { slots } from './0004-slots.js';
import { audit } from './0005-audit.js';
import type { Migration } from './migration.js';

/** In order, without gaps. Expand first, contract a version later: two neighbouring versions share a store. */
export const MIGRATIONS: readonly Migration[] = [firstSchema, whoAsked, overdue, slots, audit];
