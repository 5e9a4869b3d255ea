import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { readSource, type Import } from './read-source.js';

export interface SourceFile {
  /** Path from the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** The packages each room declares in its package.json, by room; a room that is missing is not checked. */
export type Declared = Readonly<Record<string, readonly string[]>>;

export const MAX_LINES = 400;

/** Who may import whom. A room that is not named here does not exist yet. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  engine: ['contract'],
  store: ['contract'],
  runner: ['contract', 'engine', 'store'],
  gateway: ['contract', 'runner'],
  client: ['contract'],
  dashboard: ['client', 'contract'],
  testing: ['contract', 'engine', 'store', 'runner'],
  // The server may import every room; `testing` is for specs only.
  src: ['contract', 'engine', 'store', 'runner', 'gateway', 'client'],
  examples: ['contract', 'engine', 'store', 'runner', 'gateway', 'client'],
};

const SERVER = ['src/', 'examples/'];
const PASSPORT = ['libs/runner/src/security/', 'libs/gateway/src/rest/', ...SERVER];
const FILES = ['libs/runner/src/configuration/', 'libs/runner/src/scheduler/'];
const NEST = ['libs/runner/', 'libs/gateway/', 'libs/testing/', ...SERVER];

/** The homes of third parties: a package, or all that begin with the name and a slash. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  'workflow-es': ['libs/engine/'],
  '@photostructure/sqlite': ['libs/store/src/sqlite/'],
  'node:sqlite': ['libs/store/src/sqlite/'],
  pg: ['libs/store/src/postgres/'],
  mongoose: ['libs/store/src/mongo/'],
  mongodb: ['libs/store/src/mongo/'],
  '@nestjs/mongoose': ['libs/runner/', ...SERVER],
  croner: ['libs/runner/src/scheduler/'],
  cockatiel: ['libs/runner/src/error-handler/'],
  passport: PASSPORT,
  'passport-jwt': PASSPORT,
  '@nestjs/passport': PASSPORT,
  amqplib: ['libs/gateway/src/amq/'],
  'amqp-connection-manager': ['libs/gateway/src/amq/'],
  chokidar: FILES,
  yaml: FILES,
  // The libraries run on every HTTP adapter; only the server chooses one.
  fastify: SERVER,
  express: [],
  '@nestjs/platform-fastify': SERVER,
  '@nestjs/platform-express': [],
  '@nestjs': NEST,
};

/** Modules of Node that reach outside of the process; `contract` does no I/O. */
const IO = new Set(
  ['fs', 'fs/promises', 'net', 'tls', 'http', 'https', 'http2', 'dgram', 'dns', 'child_process'].concat([
    'cluster',
    'worker_threads',
    'readline',
    'inspector',
    'sqlite',
  ]),
);

/** What a library must leave to its host: the environment, signals, the end of the process. */
const OF_THE_HOST = new Set(['env', 'on', 'once', 'exit', 'kill', 'chdir']);

const STORE_DOORS = ['memory', 'coded', 'sqlite', 'postgres', 'mongo'];
const SCOPE = '@workflow-runner/';

/** Lists what breaks the rules of the house, one line each, `path:line what is wrong`. */
export function violations(files: readonly SourceFile[], declared: Declared = {}): string[] {
  return files.filter(({ path }) => !isSpec(path)).flatMap((file) => check(file, declared));
}

export function isSpec(path: string): boolean {
  return /\.spec\.tsx?$/.test(path) || path.startsWith('test/');
}

export function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function check({ path, text }: SourceFile, declared: Declared): string[] {
  const room = roomOf(path);
  if (!(room in MAY_IMPORT)) return [`${path}:1 is in the unknown room ${room}`];
  const found: string[] = [];
  const lines = lineCount(text);
  if (lines > MAX_LINES) found.push(`${path}:${MAX_LINES} is too long (${lines} lines)`);

  const source = readSource(path, text);
  for (const imported of source.imports) {
    const wrong = checkImport(path, room, imported, declared[room]);
    if (wrong) found.push(`${path}:${imported.line} ${wrong}`);
  }
  for (const { member, line } of source.processUses) {
    const wrong = checkProcess(path, room, member);
    if (wrong) found.push(`${path}:${line} ${wrong}`);
  }
  return found;
}

function checkImport(path: string, room: string, imported: Import, declared?: readonly string[]) {
  const { specifier } = imported;
  if (specifier.startsWith('.') || specifier.startsWith('/')) return checkRelative(path, room, specifier);
  if (specifier.startsWith(SCOPE)) return checkRoom(room, imported, declared);
  return checkThirdParty(path, room, specifier, declared);
}

function checkRelative(path: string, room: string, specifier: string): string | undefined {
  const target = posix.join(posix.dirname(path), specifier);
  if (specifier.startsWith('/')) return `imports by an absolute path: ${specifier}`;
  const home = homeOf(room);
  if (target !== home.slice(0, -1) && !target.startsWith(home)) return `leaves its room: ${specifier}`;
  if (room === 'src' || room === 'examples') return undefined;
  const isIndex = /(^|\/)index(\.[jt]s)?$/.test(target) || !posix.extname(target);
  if (isIndex) return `imports an index of its own room: ${specifier}`;
  const [from, to] = [path, target].map((file) => file.slice(home.length).split('/')[0] ?? '');
  const crosses = room === 'store' && from !== to && STORE_DOORS.includes(to ?? '');
  return crosses ? `loads the driver of another store: ${specifier}` : undefined;
}

function checkRoom(room: string, imported: Import, declared?: readonly string[]): string | undefined {
  const { specifier } = imported;
  const [target = '', door] = specifier.slice(SCOPE.length).split('/');
  if (target === room) return `imports an index of its own room: ${specifier}`;
  if (target === 'testing') return `imports testing outside of a spec: ${specifier}`;
  if (!MAY_IMPORT[room]?.includes(target)) return `has no edge from ${room} to ${target}: ${specifier}`;
  if (declared && !declared.includes(SCOPE + target)) return `is not in its package.json: ${specifier}`;
  const mustBeLazy = room === 'runner' && target === 'store' && door !== 'memory';
  if (mustBeLazy && !imported.lazy && !imported.typeOnly) return `must load lazily: ${specifier}`;
  return undefined;
}

function checkThirdParty(path: string, room: string, specifier: string, declared?: readonly string[]) {
  const name = packageOf(specifier);
  const homes = HOMES[specifier] ?? HOMES[name] ?? HOMES[name.split('/')[0] ?? ''];
  if (homes && !homes.some((home) => path.startsWith(home))) return `is not the home of ${specifier}`;
  if (name === 'workflow-runner') return `imports src: ${specifier}`;
  const bare = specifier.replace(/^node:/, '');
  if (specifier.startsWith('node:') || builtinModules.includes(bare)) {
    return room === 'contract' && IO.has(bare) ? `does I/O: ${specifier}` : undefined;
  }
  return declared && !declared.includes(name) ? `is not in its package.json: ${specifier}` : undefined;
}

function checkProcess(path: string, room: string, member: string): string | undefined {
  if (room === 'testing' || room === 'examples' || !OF_THE_HOST.has(member)) return undefined;
  if (room === 'src') {
    const readsSettings = /^src\/settings[/.-]/.test(path);
    return member === 'env' && !readsSettings ? 'reads the environment outside of src/settings' : undefined;
  }
  return `touches what belongs to the host: process.${member}`;
}

function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'libs' ? second : first;
}

function homeOf(room: string): string {
  return room === 'src' || room === 'examples' ? `${room}/` : `libs/${room}/src/`;
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
