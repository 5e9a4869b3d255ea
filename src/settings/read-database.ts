import { dirname, resolve } from 'node:path';
import type { EnvironmentReader } from './reader.js';
import type { Database } from './settings.js';

const DEFAULT = 'sqlite:./data/workflows.db';
const DEFAULT_FOLDER = './data';
const MONGODB = /^mongodb(?:\+srv)?:\/\//;

/** Where everything is kept, with the folder for what lies beside it. */
export function readDatabase(reader: EnvironmentReader): { database: Database; dataFolder: string } {
  const connectionString = readAddress(reader);
  const file = fileOf(connectionString);
  if (file === null && connectionString !== 'memory:' && !MONGODB.test(connectionString)) {
    const scheme = /^[a-z+]+:/i.exec(connectionString)?.[0] ?? 'a path without sqlite: before it';
    reader.refuse(
      'WORKFLOW_DB',
      `${scheme} cannot be used; write sqlite:<path>, mongodb://<server>/<database> or memory:`,
    );
  }
  const dataFolder = resolve(file === null ? DEFAULT_FOLDER : dirname(file));
  return {
    database: { connectionString, file, shown: file ?? withoutSecrets(connectionString) },
    dataFolder,
  };
}

/** `MONGODB_URI` is an older name for the same. */
function readAddress(reader: EnvironmentReader): string {
  const address = reader.text('WORKFLOW_DB');
  const mongodb = reader.text('MONGODB_URI');
  if (mongodb === null) return address ?? DEFAULT;
  if (!MONGODB.test(mongodb)) reader.refuse('MONGODB_URI', 'must be written mongodb://<server>/<database>');
  else if (address !== null && address !== mongodb)
    reader.refuse('MONGODB_URI', 'is another store than WORKFLOW_DB: set one of the two');
  return mongodb;
}

function fileOf(connectionString: string): string | null {
  const [, path] = /^sqlite:(?:\/\/)?(.+)$/s.exec(connectionString) ?? [];
  return path === undefined || path === ':memory:' ? null : path;
}

/** What stands before the servers, and the options behind the database, may hold secrets. */
function withoutSecrets(address: string): string {
  return address.replace(/\/\/[^/?]*@/, '//').replace(/\?.*$/s, '');
}
