import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ExecutionResult,
  Logger,
  StepBody,
  WorkflowRunner,
  type IWorkflow,
  type IWorkflowRunnerProps,
  type StepContext,
  type WorkflowBuilder,
} from '@workflow-runner/runner';

/** Makes runners and stops all of them at the end of a test; each kind of store in a folder of its own. */
export class RunnerLab {
  private readonly runners: WorkflowRunner[] = [];
  private folder: string | null = null;

  /** A file of its own for each test. */
  get sqlite(): string {
    this.folder ??= mkdtempSync(join(tmpdir(), 'runner-'));
    return `sqlite:${join(this.folder, 'workflows.db')}`;
  }

  make(props: IWorkflowRunnerProps = {}): WorkflowRunner {
    const persistence = props.store ? {} : { persistence: { connectionString: 'memory:' } };
    const runner = new WorkflowRunner({ ...persistence, ...props });
    this.runners.push(runner);
    return runner;
  }

  async run(props: IWorkflowRunnerProps = {}): Promise<WorkflowRunner> {
    const runner = this.make(props);
    await runner.initialize();
    return runner;
  }

  async clear(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.stop().catch(() => undefined)));
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
    this.runners.length = 0;
    this.folder = null;
  }
}

/** Keeps the lines it is given. */
export class LogBook extends Logger {
  readonly lines: { level: string; message: string; fields: Record<string, unknown> }[] = [];

  debug(message: string, fields = {}): void {
    this.lines.push({ level: 'debug', message, fields });
  }

  info(message: string, fields = {}): void {
    this.lines.push({ level: 'info', message, fields });
  }

  warn(message: string, fields = {}): void {
    this.lines.push({ level: 'warn', message, fields });
  }

  error(message: string, fields = {}): void {
    this.lines.push({ level: 'error', message, fields });
  }

  of(level: string): string[] {
    return this.lines.filter((line) => line.level === level).map(({ message }) => message);
  }
}

export class Pass extends StepBody {
  async run(): Promise<ExecutionResult> {
    return ExecutionResult.next();
  }
}

/** Ends at once. */
export class Quick {
  readonly id = 'quick';
  readonly version = 1;

  build(builder: WorkflowBuilder<{ by?: string; note?: string }>): void {
    builder.startWith(Pass);
  }
}

/** Waits for the event `go` with the key in its data, and keeps what came with it as `got`. */
export class Waits {
  readonly id = 'waits';
  readonly version = 1;

  build(builder: WorkflowBuilder<{ key: string; got?: unknown }>): void {
    builder
      .startWith(Pass)
      .waitFor('go', (data) => data.key)
      .output((step, data) => {
        data.got = step.eventData;
      });
  }
}

class FailWhileBroken extends StepBody {
  async run(context: StepContext): Promise<ExecutionResult> {
    const { broken } = context.workflow.data as { broken?: boolean };
    if (broken) throw Object.assign(new Error('it is broken'), { retryable: false, code: 'EBROKEN' });
    return ExecutionResult.next();
  }
}

/** Fails for good as long as its data says `broken`. */
export class Breaks {
  readonly id = 'breaks';
  readonly version = 1;

  build(builder: WorkflowBuilder<{ broken?: boolean }>): void {
    builder.startWith(Pass).then(FailWhileBroken);
  }
}

export function asWorkflow(component: IWorkflow['component'], more: Partial<IWorkflow> = {}): IWorkflow {
  return { nameSpace: 'test', name: 'sample', version: '1.0.0', component, category: 'workflow', ...more };
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('The promise was fulfilled');
}

/** A promise that ends when the test says so. */
export function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
