import { Transform } from 'class-transformer';

/** `?limit=20` is text; a number where it looks like one. */
export const NumberOfText = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && value.trim() ? Number(value) : value,
  );

/** A list written `?status=failed,paused` or `?status=failed&status=paused`. */
export const ListOfText = () =>
  Transform(({ value }: { value: unknown }) => {
    const items: unknown[] = Array.isArray(value) ? value : [value];
    return items.flatMap((item) => (typeof item === 'string' ? item.split(',') : [item]));
  });
