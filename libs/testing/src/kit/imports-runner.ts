import 'reflect-metadata';
import { WorkflowRunnerModule } from '@workflow-runner/runner';

interface ImportedModule {
  readonly module?: object;
  readonly imports?: readonly unknown[];
  readonly forwardRef?: () => unknown;
}

/** Whether any module of an application, however deep, imports the runner's. */
export async function importsRunner(imports: readonly unknown[]): Promise<boolean> {
  const seen = new Set<unknown>();
  const open = [...imports];
  while (open.length > 0) {
    const imported = (await open.pop()) as ImportedModule | undefined;
    if (imported === undefined || seen.has(imported)) continue;
    seen.add(imported);
    const type = imported.module ?? imported;
    if (type === WorkflowRunnerModule) return true;
    open.push(...(imported.imports ?? []), ...importsOf(type));
    if (typeof imported.forwardRef === 'function') open.push(imported.forwardRef());
  }
  return false;
}

function importsOf(type: object): readonly unknown[] {
  return (Reflect.getMetadata('imports', type) ?? []) as readonly unknown[];
}
