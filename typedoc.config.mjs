// npm run docs:api   Every public door of every package, as HTML in docs-api/.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Converter, ReflectionKind } from 'typedoc';

const SOURCE = '@workflow-runner/source';
const root = import.meta.dirname;

const packages = readdirSync(join(root, 'libs')).map((room) => {
  const folder = join(root, 'libs', room);
  return { folder, ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) };
});
/** What the packages export: the source behind each door, and the name it is imported by. */
const doors = new Map(
  packages.flatMap(({ folder, name, exports }) =>
    Object.entries(exports)
      .filter(([, { [SOURCE]: file }]) => file)
      .map(([door, { [SOURCE]: file }]) => [join(folder, file), name + door.slice(1)]),
  ),
);

/** A plugin: modules are called what they are imported by, not what their files are called. */
function nameByDoor(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (!reflection.kindOf(ReflectionKind.Module)) return;
    const [declaration] = context.getSymbolFromReflection(reflection)?.declarations ?? [];
    reflection.name = doors.get(declaration?.getSourceFile().fileName) ?? reflection.name;
  });
}

/** A plugin: TypeDoc asks only of one package whether the types it names are exported; here each has its turn. */
function validateEveryPackage(app) {
  app.on(Application.EVENT_VALIDATE_PROJECT, (project) => {
    const whole = project.packageName;
    if (packages.some(({ name }) => name === whole)) return;
    app.options.setValue('validation', { notExported: true, invalidLink: false });
    for (const { name } of packages) {
      project.packageName = name;
      app.validate(project);
    }
    project.packageName = whole;
  });
}

/** @type {import('typedoc').TypeDocOptions} */
export default {
  name: 'Workflow Runner',
  entryPoints: [...doors.keys()],
  tsconfig: 'tsconfig.lint.json',
  // The compiler has its own place in `npm test`.
  skipErrorChecking: true,
  out: 'docs-api',
  readme: 'none',
  includeVersion: true,
  // Links into a repository depend on where somebody has cloned it from.
  disableSources: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeProtected: true,
  treatWarningsAsErrors: true,
  validation: { notExported: true, invalidLink: true, rewrittenLink: true, invalidPath: true },
  plugin: [nameByDoor, validateEveryPackage],
};
