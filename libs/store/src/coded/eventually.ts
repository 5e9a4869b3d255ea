/** A value, or a promise of it. What is there already stays a value, so that nobody waits a turn for nothing. */
export type Eventually<T> = T | Promise<T>;

export function after<T, R>(value: Eventually<T>, next: (value: T) => Eventually<R>): Eventually<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

type Each<T extends readonly unknown[]> = { readonly [K in keyof T]: Eventually<T[K]> };

/** All of them, side by side. */
export function together<T extends readonly unknown[]>(values: Each<T>): Eventually<T>;
export function together<T>(values: readonly Eventually<T>[]): Eventually<readonly T[]>;
export function together<T>(values: readonly Eventually<T>[]): Eventually<readonly T[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as readonly T[]);
}

/** What `work` gives, or, when it throws at once or later, what `rescue` gives. */
export function rescued<T>(
  work: () => Eventually<T>,
  rescue: (cause: unknown) => Eventually<T>,
): Eventually<T> {
  try {
    const value = work();
    return value instanceof Promise ? value.catch(rescue) : value;
  } catch (cause) {
    return rescue(cause);
  }
}
