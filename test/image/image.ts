import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DockerIgnore } from './docker-ignore.js';
import { parseDockerfile, type Instruction } from './dockerfile.js';

const execute = promisify(execFile);

/** What a Dockerfile makes, in a folder instead of an image: its steps are carried out as they are written. */
export class Image {
  readonly env: Record<string, string> = {};
  readonly owners: Record<string, string> = {};
  readonly volumes: string[] = [];
  readonly ports: string[] = [];
  workdir = '/';
  user = 'root';
  command: readonly string[] = [];
  healthCheck: readonly string[] = [];

  private constructor(
    readonly root: string,
    private readonly context: string,
  ) {}

  /**
   * Builds the last stage, which must have no name. Base images of others are empty: Node and npm are those that run the test.
   * @param known images that FROM may name; what is built on one is built in its folder
   */
  static async build(
    dockerfile: string,
    context: string,
    known: Readonly<Record<string, Image>> = {},
  ): Promise<Image> {
    const stages: Record<string, Image> = {};
    const made: Image[] = [];
    try {
      for (const { base, name, instructions } of parseDockerfile(dockerfile)) {
        const image =
          known[base]?.in(context) ?? new Image(mkdtempSync(join(tmpdir(), 'workflow-image-')), context);
        if (!known[base]) made.push(image);
        for (const one of instructions) await image.carryOut(one, stages);
        stages[name ?? ''] = image;
      }
    } catch (error) {
      for (const image of made) image.remove();
      throw error;
    }
    const last = stages['']!;
    for (const image of made) if (image !== last) image.remove();
    return last;
  }

  /** Where a path of the image is on this machine; also inside of a text such as `sqlite:/data/x.db`. */
  place(text: string): string {
    return text.replace(/(?<![\w.)}/])\/(?=(app|data)\b)/g, `${this.root}/`);
  }

  /** @param argv of the image, such as `node /app/dist/main.js` @returns what to spawn */
  spawnable(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const [program = '', ...args] = argv;
    if (program !== 'node') throw new Error(`${program} is not in the image`);
    const own = Object.entries(this.env).map(([name, value]) => [name, this.place(value)]);
    return {
      file: process.execPath,
      args: args.map((argument) => this.place(argument)),
      options: { cwd: join(this.root, this.workdir), env: { ...Object.fromEntries(own), ...env } },
    };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private in(context: string): Image {
    return Object.assign(new Image(this.root, context), { ...this, context });
  }

  private async carryOut({ name, flags, rest }: Instruction, stages: Record<string, Image>): Promise<void> {
    switch (name) {
      case 'WORKDIR':
        this.workdir = resolve(this.workdir, rest);
        mkdirSync(join(this.root, this.workdir), { recursive: true });
        return;
      case 'COPY':
        return this.copy(rest.split(/\s+/), flags['from'] === undefined ? null : stages[flags['from']]!);
      case 'RUN':
        return this.run(rest);
      case 'ENV':
        for (const pair of rest.split(/\s+/))
          this.env[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1);
        return;
      case 'USER':
        this.user = rest;
        return;
      case 'VOLUME':
        this.volumes.push(rest);
        return;
      case 'EXPOSE':
        this.ports.push(rest);
        return;
      case 'HEALTHCHECK':
        this.healthCheck = JSON.parse(rest.replace(/^CMD\s+/, '')) as string[];
        return;
      case 'CMD':
        this.command = JSON.parse(rest) as string[];
        return;
      default:
        throw new Error(`${name} is not understood here`);
    }
  }

  /** As COPY does: of a folder its content, and of the context only what is not ignored. */
  private copy(paths: readonly string[], from: Image | null): void {
    const target = join(this.root, resolve(this.workdir, paths.at(-1)!));
    const ignore = from ? null : ignoreOf(this.context);
    for (const path of paths.slice(0, -1)) {
      const source = join(from?.root ?? this.context, path);
      const isFolder = statSync(source).isDirectory();
      const place = isFolder || !paths.at(-1)!.endsWith('/') ? target : join(target, basename(path));
      const filter = (file: string) => !ignore?.excludes(relative(this.context, file));
      if (!filter(source)) throw new Error(`${path} is not in the context`);
      cpSync(source, place, { recursive: true, verbatimSymlinks: true, filter });
    }
  }

  /** Owners are noted and not given: whoever runs the test need not be root, nor have the image's users. */
  private async run(command: string): Promise<void> {
    const shell = `chown() { echo "chown: $*"; }\n${this.place(command)}`;
    const { NODE_ENV: _test, ...env } = process.env;
    const { stdout } = await execute('sh', ['-ec', shell], {
      cwd: join(this.root, this.workdir),
      env: { ...env, npm_config_prefer_offline: 'true', npm_config_loglevel: 'error', ...this.env },
      maxBuffer: 2 ** 26,
    });
    for (const [, owner = '', path = ''] of stdout.matchAll(/^chown: (\S+) (\S+)$/gm))
      this.owners[path.slice(this.root.length)] = owner;
  }
}

function ignoreOf(context: string): DockerIgnore {
  try {
    return new DockerIgnore(readFileSync(join(context, '.dockerignore'), 'utf8'));
  } catch {
    return new DockerIgnore('');
  }
}
