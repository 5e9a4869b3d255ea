import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from './settings-error.js';
import type { Settings } from './settings.js';

const FILE = 'admin-token';
const OWNER_ONLY = 0o600;
const TOKEN = /^[A-Za-z0-9_-]{32,}$/;

/**
 * The administrator's token of a server without JWT_SECRET: made once, kept in the data folder for its owner only.
 * Two servers that start together on one folder get the same one.
 * @throws {SettingsError} what is kept there is no token
 */
export function localToken({ dataFolder }: Settings): string {
  const path = join(dataFolder, FILE);
  const token = read(path) ?? create(path);
  if (!TOKEN.test(token)) {
    throw new SettingsError([
      { variable: path, problem: 'holds no token; delete it, and a new one is made' },
    ]);
  }
  chmodSync(path, OWNER_ONLY);
  return token;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Written beside and linked into place, so that nobody reads half of it; whoever comes second takes the first's. */
function create(path: string): string {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, `${randomBytes(32).toString('base64url')}\n`, { mode: OWNER_ONLY });
  try {
    linkSync(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
  return readFileSync(path, 'utf8').trim();
}
