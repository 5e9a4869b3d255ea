import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { JWT_SECRET, tokenOf } from '../e2e/tokens.js';
import { until } from '../e2e/until.js';
import { Container } from './container.js';
import { DockerIgnore } from './docker-ignore.js';
import { Image } from './image.js';

const ROOT = join(import.meta.dirname, '../..');
const GUIDE = readFileSync(join(ROOT, 'docs/server.md'), 'utf8');
/** What lies in many a folder and must stay out of the image, by its place in the context. */
const SECRETS = [
  '.env',
  '.npmrc',
  'data/workflows.db',
  'src/.env.local',
  'libs/runner/.env',
  'key.pem',
  '.git/config',
];
const SECRET = 'the secret of a developer';
const MOST_MEGABYTES = 120;

let context: string;
let image: Image;
/** Its files when it was made. */
let files: string[];

beforeAll(async () => {
  context = mkdtempSync(join(tmpdir(), 'workflow-context-'));
  const isSkipped = (path: string) =>
    /(^|\/)(node_modules|dist|\.git)$|^(data|test-output|docs-api)$/.test(path);
  cpSync(ROOT, context, { recursive: true, filter: (path) => !isSkipped(relative(ROOT, path)) });
  for (const place of SECRETS) {
    mkdirSync(dirname(join(context, place)), { recursive: true });
    writeFileSync(join(context, place), SECRET);
  }
  image = await Image.build(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'), context);
  files = filesIn(image.root);
}, 240_000);

const running = new Set<Container>();
async function run(env: Record<string, string> = {}, of = image): Promise<Container> {
  const container = new Container(of, { PORT: String(await freePort()), ...env });
  running.add(container);
  return container;
}

afterEach(async () => {
  for (const container of running) container.signal('SIGKILL');
  await Promise.all([...running].map(({ exit }) => exit));
  running.clear();
});
afterAll(() => {
  // Not there when it could not be built.
  (image as Image | undefined)?.remove();
  rmSync(context, { recursive: true, force: true });
});

describe('The image', () => {
  it('holds the packages that the lock file needs in production, and no others', () => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
    const needed = Object.entries(lock.packages)
      .filter(([path, { link, dev, devOptional, optional }]) => {
        return path.includes('node_modules/') && !link && !dev && !devOptional && !optional;
      })
      .map(([path]) => path);
    const installed = files
      .filter((path) => /^app\/(.*\/)?node_modules\/(@[^/]+\/)?[^/@]+\/package\.json$/.test(path))
      .map((path) => dirname(path).slice('app/'.length))
      .filter((path) => !path.startsWith('node_modules/@workflow-runner/'));
    expect(installed.length).toBeGreaterThan(50);
    expect(installed.sort()).toEqual(needed.sort());
  });

  it('holds what is built, and neither sources nor tests nor the test kit', () => {
    const own = files.filter((path) => !path.includes('/node_modules/'));
    expect(own).toEqual(expect.arrayContaining(['app/dist/main.js', 'app/libs/runner/dist/index.js']));
    expect(own.filter((path) => !/^app\/((libs\/[a-z]+\/)?package\.json|.*\.js)$/.test(path))).toEqual([]);
    expect(own.filter((path) => /(^|\/)(src|test|testing)\/|\.spec\./.test(path))).toEqual([]);
  });

  it('holds nothing of what lies beside the sources, and neither does what it is built from', () => {
    const names = new Set(SECRETS.map((place) => basename(place)));
    const suspects = files.filter((path) => names.has(basename(path)));
    expect(suspects.filter((path) => readFileSync(join(image.root, path), 'utf8') === SECRET)).toEqual([]);
    const ignore = new DockerIgnore(readFileSync(join(ROOT, '.dockerignore'), 'utf8'));
    expect(SECRETS.filter((place) => !ignore.excludes(place))).toEqual([]);
  });

  it(`is not larger than ${MOST_MEGABYTES} MB, without Node`, () => {
    const bytes = files.reduce((sum, path) => sum + lstatSync(join(image.root, path)).size, 0);
    console.log(`${files.length} files, ${Math.round(bytes / 1e6)} MB`);
    expect(bytes / 1e6).toBeLessThan(MOST_MEGABYTES);
  });

  it('runs as somebody without rights, to whom the volume belongs', () => {
    expect(image).toMatchObject({
      user: 'node',
      volumes: ['/data'],
      ports: ['3000'],
      owners: { '/data': 'node:node' },
    });
  });

  it('does not start for others without a secret', async () => {
    const container = await run();
    expect(await container.exit).toBe(1);
    expect(container.output).toContain('JWT_SECRET');
  });
});

describe("An image of one's own workflows, as the guide makes it", () => {
  const admin = tokenOf({ roles: ['admin'] });
  let own: Image;

  /** Runs a script of the guide in the image. @returns what it wrote */
  function byGuide(script: RegExp, options: readonly string[]): string {
    const argv = ['node', ...options, script.exec(GUIDE)![1]!];
    const { file, args, options: where } = own.spawnable(argv, { JWT_SECRET });
    return execFileSync(file, args, { ...where, encoding: 'utf8' });
  }

  beforeAll(async () => {
    own = await Image.build(block('dockerfile'), import.meta.dirname, { 'workflow-runner': image });
    files = filesIn(image.root);
  });

  it('runs them, stops at SIGTERM, goes on from its volume, and writes nowhere else', async () => {
    const env = { JWT_SECRET, WORKFLOW_MODULES: `${own.env['WORKFLOW_MODULES']}, ./workflows/legacy` };
    const first = await (await run(env, own)).listens();
    expect(await first.health()).toBe(0);
    const { body } = await first.call('POST', '/start/shop.delivery', admin, { parcel: 'P-1' });
    const path = `/instances/${String(body['instanceId'])}`;
    await until(async () => (await first.call('GET', path, admin)).body['status'] === 'waiting');
    const letter = await first.call('POST', '/start/office.letter', admin, {});
    first.signal('SIGTERM');
    expect(await first.exit).toBe(0);
    expect(await first.health()).toBe(1);

    const second = await (await run(env, own)).listens();
    await second.call('POST', '/events', admin, {
      eventName: 'parcel.arrived',
      eventKey: 'P-1',
      eventData: 'yes',
    });
    await until(async () => (await second.call('GET', path, admin)).body['status'] === 'completed');
    expect((await second.call('GET', path, admin)).body['data']).toEqual({
      parcel: 'P-1',
      known: 2,
      arrived: 'yes',
    });
    const signed = await second.call('GET', `/instances/${String(letter.body['instanceId'])}`, admin);
    expect(signed.body).toMatchObject({ status: 'completed', data: { signature: 'legacy' } });

    const written = filesIn(own.root).filter((file) => !files.includes(file));
    expect(written).toContain('data/workflows.db');
    expect(written.filter((file) => !file.startsWith('data/'))).toEqual([]);
  });

  it('takes a token that the command of the guide signs', async () => {
    const container = await (await run({ JWT_SECRET }, own)).listens();
    const token = byGuide(/docker exec workflows node -e "([^"]+)"/, ['-e']);
    expect((await container.call('GET', '/workflows', token.trim())).status).toBe(200);
    expect((await container.call('GET', '/workflows', 'x')).status).toBe(401);
  });

  it('has a backup by the command of the guide, while it runs', async () => {
    const container = await (await run({ JWT_SECRET }, own)).listens();
    byGuide(/docker exec workflows node --input-type=module -e "([^"]+)"/, ['--input-type=module', '-e']);
    expect(existsSync(join(own.root, 'data/backup.db'))).toBe(true);
    expect(await container.health()).toBe(0);
  });

  it('does not start when they would get a runner of their own', async () => {
    const copy = join(own.root, 'app/workflows/node_modules/@workflow-runner/runner');
    cpSync(join(own.root, 'app/libs/runner'), copy, { recursive: true });
    try {
      const container = await run({ JWT_SECRET }, own);
      expect(await container.exit).toBe(1);
      expect(container.output).toContain('WORKFLOW_MODULES: ./workflows/*.js would get a copy of the runner');
    } finally {
      rmSync(join(own.root, 'app/workflows/node_modules'), { recursive: true });
    }
  });
});

interface Lock {
  readonly packages: Readonly<
    Record<string, { link?: boolean; dev?: boolean; devOptional?: boolean; optional?: boolean }>
  >;
}

function block(language: string): string {
  return new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(GUIDE)![1]!;
}

/** Paths of all files; a link is one, whatever it leads to. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesIn(join(folder, entry.name)).map((path) => `${entry.name}/${path}`)
      : [entry.name],
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
