import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Looked } from '../find-first.js';
import { findProgram, freePort, startServerProcess } from '../server-process.mjs';
import type { MongoServer } from './mongo-server.js';
import { OwnMongoServer, type StartMongo } from './own-mongo-server.js';

const LAUNCHER = fileURLToPath(new URL('StandIn.java', import.meta.url));
const POM = fileURLToPath(new URL('pom.xml', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/mongo-stand-in', import.meta.url));

const LOWEST_JAVA = 17;
const FETCH_MS = 300_000;

/** A JVM that is up soon and does not spread. A change stream waits in its connection's thread, so nobody shares one. */
const JVM = ['-XX:TieredStopAtLevel=1', '-Xshare:auto', '-XX:+UseSerialGC', '-Xmx1g'].concat(
  '-Dio.netty.eventLoopThreads=256',
);

export const standInName = `mongo-java-server ${versionIn(readFileSync(POM, 'utf8'))}`;

/** Looks for what the stand-in needs, and fetches it once into a cache inside of node_modules. */
export function lookForStandIn(): Looked<StartMongo> {
  const java = findJava();
  if ('whyNot' in java) return java;
  const jars = join(CACHE, createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 16));
  if (!existsSync(jars)) {
    const whyNot = fetchJars(jars);
    if (whyNot) return { whyNot };
  }
  return { found: (folder, keeping) => start(java.found, jars, folder, keeping) };
}

const start = async (java: string, jars: string, ...[folder, keeping]: Parameters<StartMongo>) => {
  const port = await freePort();
  const file = keeping === 'disk' ? [join(folder, 'data.mv')] : [];
  const uri = `mongodb://127.0.0.1:${port}`;
  const announced: MongoServer = { uri, kind: 'stand-in', version: '4.4.0' };
  const server = new OwnMongoServer(announced, () =>
    startServerProcess({
      command: java,
      args: [...JVM, '-cp', join(jars, '*'), LAUNCHER, String(port), ...file],
      options: { cwd: folder },
      log: join(folder, 'log'),
      ready: 'The stand-in is ready',
      signal: 'SIGTERM',
    }),
  );
  await server.start();
  return server;
};

/** A JDK: the launcher is compiled when it is started. */
function findJava(): Looked<string> {
  const home = process.env['JAVA_HOME'];
  const java = findProgram('java', home ? [join(home, 'bin')] : []);
  if (!java) return { whyNot: 'no java on PATH' };
  // Of Java 8 there is no answer.
  const { stdout } = spawnSync(java, ['--list-modules'], { encoding: 'utf8' });
  const [, compiler] = /^jdk\.compiler@(\d+)/m.exec(stdout) ?? [];
  if (Number(compiler) >= LOWEST_JAVA) return { found: java };
  return { whyNot: `${java} is not of a JDK ${LOWEST_JAVA} or newer` };
}

/** @returns why they could not be had, or null */
function fetchJars(jars: string): string | null {
  const maven = findProgram('mvn');
  if (!maven) return 'no mvn on PATH to fetch the stand-in';
  console.log(`Fetching ${standInName}, the stand-in for MongoDB (mvn dependency:copy-dependencies) ...`);
  mkdirSync(CACHE, { recursive: true });
  const unfinished = mkdtempSync(`${jars}-`);
  const args = [
    '--batch-mode',
    '--quiet',
    '-Dstyle.color=never',
    '--file',
    POM,
    'dependency:copy-dependencies',
  ];
  const options = { encoding: 'utf8', timeout: FETCH_MS } as const;
  try {
    const { status, stdout, error } = spawnSync(maven, [...args, `-Djars=${unfinished}`], options);
    // Whole or not at all, also when another run does the same.
    if (status === 0 && !existsSync(jars)) renameSync(unfinished, jars);
    if (status === 0) return null;
    return `mvn could not fetch the stand-in: ${error?.message ?? stdout.trim().split('\n')[0]}`;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function versionIn(pom: string): string {
  return /<stand-in\.version>([^<]+)</.exec(pom)?.[1] ?? 'unknown';
}
