import { mkdirSync, writeFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { findMongoStarters, findStandingMongo, type MongoStarters } from './find-mongo.js';
import type { MongoKind, MongoServer } from './mongo-server.js';
import { endMongoServers, startMongo } from './own-mongo-servers.js';
import { ranAgainst } from './report.js';

const REPORTS = new URL('../../../test-output/', import.meta.url);

/** What the specs of a project may use. */
export interface MongoHere {
  /** Each serves all spec files at once. Empty: there is none here. */
  readonly shared: readonly MongoServer[];
  /** What a spec may start for itself. */
  readonly own: readonly MongoKind[];
}

declare module 'vitest' {
  export interface ProvidedContext {
    mongo: MongoHere;
  }
}

/** Finds or starts what the specs of the project share, and tells them and the report of `npm test`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const standing = await findStandingMongo();
  const starters = await findMongoStarters();
  const own = kindsOf(starters.found);
  const shared: MongoServer[] = standing.found ? [standing.found] : [];
  for (const kind of standing.found ? [] : own) {
    const { uri, version } = await startMongo(kind, 'memory');
    shared.push({ uri, kind, version });
  }
  const lacks = shared.length === 0 || own.length === 0;
  const line = ranAgainst(shared, standing, starters);
  console.log(line);
  if (lacks && process.env['CI'] === 'true') throw new Error(`Nothing may be skipped here: ${line}`);
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(new URL(`${project.name}.servers.json`, REPORTS), JSON.stringify({ line, lacks }));
  project.provide('mongo', { shared, own });
  return endMongoServers;
}

const kindsOf = (starters: MongoStarters | null) => Object.keys(starters ?? {}) as MongoKind[];
