/** The child's end of the line to the process that spawned it. */
export interface ParentLink {
  /** Tells something nobody asked for. */
  tell(event: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Lets go of the line, so that it does not keep the process alive. */
  close(): void;
}

/** Answers by name; what they return, or throw, is the answer. */
export type Operations = Readonly<Record<string, (argument: never) => unknown>>;

/**
 * Serves a parent that spawned this process by `CrashChild.spawn`. When the parent dies, so does the child: no test
 * leaves a process behind.
 */
export function serveParent(operations: Operations): ParentLink {
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  process.on('message', (question: { id: number; operation: string; argument: never }) => {
    void answer(operations, question).then((reply) => process.send?.(reply));
  });
  process.once('disconnect', die);
  return {
    tell: (event, fields = {}) => void process.send?.({ event, fields }),
    close: () => {
      process.off('disconnect', die);
      process.disconnect();
    },
  };
}

async function answer(
  operations: Operations,
  { id, operation, argument }: { id: number; operation: string; argument: never },
): Promise<object> {
  try {
    const serve = operations[operation];
    if (!serve) throw new Error(`This process serves no operation ${operation}`);
    return { id, value: await serve(argument) };
  } catch (error) {
    const { message, code } = error as Error & { code?: unknown };
    return { id, error: { message, code: typeof code === 'string' ? code : null } };
  }
}
