/**
 * Work that must see whatever stood when it was asked for. Who asks while it is under way shares one round behind it,
 * so that many who ask at once cost two.
 */
export function inRounds(work: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  return () => {
    const begin = (): Promise<void> => {
      next = null;
      return (current = work());
    };
    next ??= current.then(begin, begin);
    return next;
  };
}
