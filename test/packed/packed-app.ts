import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const LIBRARIES = ['contract', 'engine', 'store', 'runner', 'gateway', 'testing'];

/** What an application of a stranger is made of. */
export interface PackedAppParts {
  readonly type: 'module' | 'commonjs';
  /** Beside our own packages; ranges as in a package.json. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** Files and folders to copy, by their place in the application. */
  readonly files: Readonly<Record<string, string>>;
  readonly compilerOptions?: Readonly<Record<string, unknown>>;
}

/** An application in a folder of its own that has our packages as the registry would give them: from tarballs. */
export class PackedApp {
  private constructor(readonly folder: string) {}

  static async create(parts: PackedAppParts): Promise<PackedApp> {
    const folder = mkdtempSync(join(tmpdir(), 'packed-app-'));
    const app = new PackedApp(folder);
    const own = await packages(join(folder, 'tarballs'));
    const dependencies = { ...own, ...parts.dependencies };
    app.write('package.json', { name: 'app', private: true, type: parts.type, dependencies });
    app.write('tsconfig.json', {
      compilerOptions: {
        target: 'es2022',
        module: 'nodenext',
        strict: true,
        skipLibCheck: false,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        types: ['node'],
        rootDir: 'src',
        outDir: 'dist',
        ...parts.compilerOptions,
      },
      include: ['src'],
    });
    for (const [place, source] of Object.entries(parts.files)) {
      mkdirSync(dirname(join(folder, place)), { recursive: true });
      cpSync(source, join(folder, place), { recursive: true });
    }
    await app.run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']);
    return app;
  }

  /** @returns what the compiler complains about; empty when it is content */
  async compile(): Promise<string> {
    return this.run(process.execPath, ['node_modules/typescript/bin/tsc', '--pretty', 'false']).then(
      () => '',
      (error: unknown) => (error as { stdout: string }).stdout,
    );
  }

  /** @returns what it wrote */
  async run(
    command: string,
    args: readonly string[],
    variables: Record<string, string> = {},
  ): Promise<string> {
    const env = { ...process.env, ...variables };
    const { stdout } = await execute(command, args, { cwd: this.folder, env, maxBuffer: 2 ** 26 });
    return stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(name: string, content: unknown): void {
    writeFileSync(join(this.folder, name), JSON.stringify(content, null, 2));
  }
}

/** Packs every library. @returns dependencies by name */
async function packages(folder: string): Promise<Record<string, string>> {
  mkdirSync(folder, { recursive: true });
  const workspaces = LIBRARIES.flatMap((name) => ['--workspace', `libs/${name}`]);
  await execute('npm', ['pack', ...workspaces, '--pack-destination', folder, '--loglevel=error'], {
    cwd: ROOT,
  });
  return Object.fromEntries(
    readdirSync(folder).map((file) => {
      const [, name] = /^workflow-runner-([a-z]+)-/.exec(file)!;
      return [`@workflow-runner/${name}`, `file:${join(folder, file)}`];
    }),
  );
}
