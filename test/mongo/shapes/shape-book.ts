import { misfit } from './fitting.js';
import { isOf, listedShapes, type ListedShape } from './listed-shapes.js';
import { shapeOf, textOf, type QueryShape } from './query-shape.js';
import type { Question } from './recording-driver.js';

/** Everything that was asked, held against the list. */
export class ShapeBook {
  readonly listed: readonly ListedShape[] = listedShapes();
  private readonly seen = new Map<string, QueryShape>();

  /** @returns whether it is the first of its shape */
  note({ collection, call, filter, options }: Question): boolean {
    const shape = shapeOf(collection, call, filter, options);
    const text = textOf(shape);
    if (this.seen.has(text)) return false;
    this.seen.set(text, shape);
    return true;
  }

  /** What was asked and is not listed, or more than once. */
  unlisted(): string[] {
    return [...this.seen].flatMap(([text, shape]) => {
      const lines = this.listed.filter((one) => isOf(shape, one));
      return lines.length === 1 ? [] : [`${text} is listed ${lines.length} times`];
    });
  }

  /** What is listed and was not asked. What may be asked beside must have been asked at one of the lines that allow it. */
  unasked(): string[] {
    const asked = this.listed.map((one) => {
      const shapes = [...this.seen.values()].filter((shape) => isOf(shape, one));
      return { one, isAsked: shapes.length > 0, words: new Set(shapes.flatMap(({ where }) => where)) };
    });
    const lines = asked.filter(({ isAsked }) => !isAsked).map(({ one }) => one.line);
    const beside = asked.flatMap(({ one: { collection, also } }) =>
      also.map((word) => ({ collection, word })),
    );
    const idle = beside.filter(
      ({ collection, word }) =>
        !asked.some(
          ({ one, words }) => one.collection === collection && one.also.includes(word) && words.has(word),
        ),
    );
    return [...lines, ...new Set(idle.map(({ collection, word }) => `${collection}: also {${word}}`))];
  }

  /** What is listed at an index that does not answer it. */
  misfits(): string[] {
    return this.listed.flatMap((one) => {
      const why = misfit(one.index, one);
      return why === null ? [] : [`${one.line}: ${why}`];
    });
  }
}
