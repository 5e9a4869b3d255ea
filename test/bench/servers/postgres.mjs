import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  findProgram,
  freePort,
  postgresFolders,
  startServerProcess,
  userIds,
  versionOf,
} from '../../servers/server-process.mjs';

/** PostgreSQL does not run as root; this user does it then. */
const USER = 'postgres';

export function whyNoPostgres() {
  const missing = ['initdb', 'postgres'].find((name) => !program(name));
  if (missing) return `there is no ${missing}, neither on PATH nor in /usr/lib/postgresql`;
  return isRoot() && !userIds(USER) ? `root cannot run PostgreSQL, and there is no user ${USER}` : null;
}

export const postgresVersion = () => versionOf(program('postgres'));

/** A cluster of its own with PostgreSQL's own settings (fsync and synchronous_commit on), on loopback only. */
export async function startPostgres(directory) {
  const folder = join(directory, 'postgres');
  const data = join(folder, 'data');
  const password = randomBytes(16).toString('hex');
  const passwordFile = join(folder, 'password');
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const as = isRoot() ? userIds(USER) : {};
  if (isRoot()) {
    chmodSync(directory, 0o711);
    for (const path of [folder, passwordFile]) chownSync(path, as.uid, as.gid);
  }
  const options = { ...as, cwd: folder, env: { PATH: process.env['PATH'], LC_ALL: 'C' } };
  const login = ['--username=bench', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  execFileSync(program('initdb'), [`--pgdata=${data}`, '--encoding=UTF8', '--no-locale', ...login], {
    ...options,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const port = await freePort();
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '' };
  const { pid, stop } = await startServerProcess({
    command: program('postgres'),
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    options,
    log: join(folder, 'log'),
    ready: 'database system is ready to accept connections',
    // At once, and with all of its processes; what it holds is thrown away.
    signal: 'SIGQUIT',
  });
  return { pid, stop, address: `postgresql://bench:${password}@127.0.0.1:${port}/postgres` };
}

function program(name) {
  return findProgram(name, postgresFolders());
}

function isRoot() {
  return process.getuid?.() === 0;
}
