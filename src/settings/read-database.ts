import { dirname, resolve } from 'node:path';
import type { EnvironmentReader } from './reader.js';
import type { Database } from './settings.js';

const DEFAULT = 'sqlite:./data/workflows.db';
const DEFAULT_FOLDER = './data';

/** Where everything is kept, with the folder for what lies beside it. */
export function readDatabase(reader: EnvironmentReader): { database: Database; dataFolder: string } {
  const connectionString = reader.text('WORKFLOW_DB') ?? DEFAULT;
  const file = fileOf(connectionString);
  if (file === null && connectionString !== 'memory:') {
    const scheme = /^[a-z+]+:/i.exec(connectionString)?.[0] ?? 'a path without sqlite: before it';
    reader.refuse('WORKFLOW_DB', `${scheme} cannot be used; write sqlite:<path> or memory:`);
  }
  const dataFolder = resolve(file === null ? DEFAULT_FOLDER : dirname(file));
  return { database: { connectionString, file }, dataFolder };
}

function fileOf(connectionString: string): string | null {
  const [, path] = /^sqlite:(?:\/\/)?(.+)$/s.exec(connectionString) ?? [];
  return path === undefined || path === ':memory:' ? null : path;
}
