import mongoose from 'mongoose';

/** How the servers differ for a test: `mongod` has neither sessions' transactions nor change streams without a replica set. */
export type MongoKind = 'mongod' | 'replica set' | 'stand-in';

export interface MongoServer {
  /** Without a database. */
  readonly uri: string;
  readonly kind: MongoKind;
  /** As it announces it. */
  readonly version: string;
}

/**
 * Asks a server what it is.
 * @param patienceMs how long it may take to answer
 * @throws why it cannot be used: nobody there, no login, none that we know
 */
export async function identify(uri: string, patienceMs: number): Promise<MongoServer> {
  const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: patienceMs });
  try {
    const admin = client.db('admin');
    // Whoever may not list the databases may not make one either.
    await admin.command({ listDatabases: 1, nameOnly: true });
    const [about, build] = [await admin.command({ isMaster: 1 }), await admin.command({ buildInfo: 1 })];
    // Every mongod tells of which commit it was built.
    const kind = !build['gitVersion'] ? 'stand-in' : about['setName'] ? 'replica set' : 'mongod';
    return { uri, kind, version: String(build['version']) };
  } finally {
    await client.close();
  }
}
