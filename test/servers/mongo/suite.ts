import { describe, inject } from 'vitest';
import type { MongoKind, MongoServer } from './mongo-server.js';

const NOWHERE: MongoServer = { uri: 'mongodb://127.0.0.1:1', kind: 'stand-in', version: 'none' };

/** `describe` once for each server that all spec files share; skipped where there is none. */
export function describeOnMongo(title: string, suite: (server: MongoServer) => void): void {
  const { shared } = inject('mongo');
  for (const server of shared) describe(`${title} on a ${server.kind}`, () => suite(server));
  if (shared.length === 0) describe.skip(title, () => suite(NOWHERE));
}

/** `describe` once for each kind of server that a spec can start for itself; skipped where there is none. */
export function describeOnOwnMongo(title: string, suite: (kind: MongoKind) => void): void {
  const { own } = inject('mongo');
  for (const kind of own) describe(`${title} on a ${kind}`, () => suite(kind));
  if (own.length === 0) describe.skip(title, () => suite(NOWHERE.kind));
}
