import mongoose from 'mongoose';
import { randomBytes } from 'node:crypto';
import type { MongoServer } from './mongo-server.js';

export interface TestDatabase {
  readonly name: string;
  /** Of the server, with this database as its default. */
  readonly uri: string;
  drop(): Promise<void>;
}

/** A database that nobody else uses. @param label at most 20 letters */
export function testDatabase(server: MongoServer, label: string): TestDatabase {
  const name = `workflow_test_${label}_${randomBytes(6).toString('hex')}`;
  const uri = withDatabase(server.uri, name);
  return { name, uri, drop: () => dropDatabase(uri) };
}

/** @returns the address with another default database; the login is still checked by the one that was named */
export function withDatabase(uri: string, name: string): string {
  const [, servers = uri, database = '', query = ''] =
    /^(\w[\w+]*:\/\/[^/?]+)\/?([^?]*)\??(.*)$/.exec(uri) ?? [];
  const settings = new URLSearchParams(query);
  if (database && !settings.has('authSource')) settings.set('authSource', database);
  return `${servers}/${name}${settings.size > 0 ? `?${settings.toString()}` : ''}`;
}

async function dropDatabase(uri: string): Promise<void> {
  const client = new mongoose.mongo.MongoClient(uri);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}
