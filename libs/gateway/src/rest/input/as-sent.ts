import { Exclude } from 'class-transformer';

const fields = new WeakMap<object, string[]>();

/**
 * A field of a DTO whose value is the user's own and is taken over as it was sent. class-transformer would copy it
 * piece by piece, and stumbles over keys such as `constructor`.
 */
export function AsSent(): PropertyDecorator {
  return (prototype, key) => {
    fields.set(prototype, [...(fields.get(prototype) ?? []), String(key)]);
    Exclude({ toClassOnly: true })(prototype, key);
  };
}

/** Puts what class-transformer has left out of an instance, and of the DTOs in it, in its place. */
export function takeAsSent(instance: unknown, plain: unknown): void {
  if (!isObject(instance) || !isObject(plain)) return;
  const own = fields.get(Object.getPrototypeOf(instance) as object) ?? [];
  for (const key of own) if (Object.hasOwn(plain, key)) instance[key] = plain[key];
  for (const [key, value] of Object.entries(instance)) if (!own.includes(key)) takeAsSent(value, plain[key]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
