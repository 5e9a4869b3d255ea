import type { Index } from '../../../libs/store/src/mongo/driver.js';
import type { ListedShape } from './listed-shapes.js';

/** Of these a scan of the index knows where to begin and to end. */
const POINTS = new Set(['=', 'null', 'in']);
const STRETCHES = new Set(['<', 'exists']);
/** Of these a document may lack the field. */
const OF_NOTHING = new Set(['null', 'missing', 'ne']);

/** What a question needs from an index. */
export type Asked = Pick<ListedShape, 'where' | 'sort' | 'hasLimit' | 'readsAll' | 'sorts'>;

/**
 * Why an index does not answer a question; null: it does. The leading fields of the index must be asked for one or some
 * values; then one may be asked for a stretch; an order must be the order of the index behind the values. A sparse index
 * must be asked for something that only those have which are in it.
 */
export function misfit(index: Index, asked: Asked): string | null {
  const operators = operatorsOf(asked.where);
  const fields = Object.keys(index.key);
  const leading = operators.get(fields[0]!) ?? [];
  const isBound = leading.some((operator) => POINTS.has(operator) || STRETCHES.has(operator));
  if (!isBound && !asked.readsAll) {
    const alternative = asked.where.find((word) => word.startsWith('or('));
    if (alternative) return misfitOfBranches(index, alternative);
    if (asked.sort.length === 0 || !asked.hasLimit) return `nothing is asked of ${fields[0]}`;
  }
  if (index.sparse && !leading.some((operator) => !OF_NOTHING.has(operator)))
    return `it is sparse, and ${fields[0]} may be missing`;
  return asked.sorts || isInOrder(index, asked.sort, operators)
    ? null
    : `it is not in the order of ${asked.sort.join(', ')}`;
}

/** Each branch by this index or by the ids. */
function misfitOfBranches(index: Index, alternative: string): string | null {
  const branches = alternative.slice('or('.length, -1).split(' | ');
  const open = branches.filter((branch) => {
    const operators = operatorsOf(branch.split(', '));
    return ![Object.keys(index.key)[0]!, '_id'].some((field) =>
      operators.get(field)?.some((operator) => POINTS.has(operator) || STRETCHES.has(operator)),
    );
  });
  return open.length === 0 ? null : `nothing answers ${open.join(' and ')}`;
}

/** Fields that are asked for values are passed over; of some values each is a scan of its own, and they are merged. */
function isInOrder(
  { key }: Index,
  sort: readonly string[],
  operators: ReadonlyMap<string, readonly string[]>,
): boolean {
  const directions = new Set<number>();
  let next = 0;
  for (const [field, way] of Object.entries(key)) {
    const wanted = sort[next];
    if (wanted === undefined) break;
    if (wanted.replace('-', '') === field) {
      directions.add(way * (wanted.startsWith('-') ? -1 : 1));
      next += 1;
    } else if (next > 0 || !operators.get(field)?.some((operator) => POINTS.has(operator))) break;
  }
  return next === sort.length && directions.size <= 1;
}

/** An element of an array is one key of the index. */
function operatorsOf(where: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const operators = new Map<string, string[]>();
  for (const word of where.filter((one) => !one.startsWith('or('))) {
    const [field = '', operator = ''] = word.replace('[]', '').split(' ');
    operators.set(field, [...(operators.get(field) ?? []), operator]);
  }
  return operators;
}
