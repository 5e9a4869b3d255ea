import type { Terms } from '../../../libs/store/src/mongo/driver.js';

/** How a field is asked for. `<`: from, to or between; `null`: equal to null, or missing. */
export type Operator = '=' | 'null' | 'in' | '<' | 'exists' | 'missing' | 'ne' | 'all' | 'size' | 'regex';

/** One condition on one field; fields inside of `$elemMatch` stand behind their array, in brackets: `subs[].key`. */
export interface Term {
  readonly field: string;
  readonly operator: Operator;
}

/** A condition as its shape, without values: all terms hold, and of each alternative one branch. */
export interface Condition {
  readonly terms: readonly Term[];
  readonly alternatives: readonly (readonly Condition[])[];
}

const RANGE = new Set(['$gt', '$gte', '$lt', '$lte']);
const NAMED: Readonly<Record<string, Operator>> = {
  $eq: '=',
  $in: 'in',
  $ne: 'ne',
  $nin: 'ne',
  $all: 'all',
  $size: 'size',
  $regex: 'regex',
};

/** @throws an operator that nobody knows here */
export function conditionOf(filter: Terms, prefix = ''): Condition {
  const terms: Term[] = [];
  const alternatives: Condition[][] = [];
  const include = (inner: Condition): void => {
    terms.push(...inner.terms);
    alternatives.push(...inner.alternatives.map((branches) => [...branches]));
  };
  for (const [name, value] of Object.entries(filter)) {
    if (value === undefined) continue;
    if (name === '$or') alternatives.push((value as Terms[]).map((branch) => conditionOf(branch, prefix)));
    else if (name === '$and') for (const part of value as Terms[]) include(conditionOf(part, prefix));
    else for (const inner of conditionsOn(prefix + name, value)) include(inner);
  }
  return { terms: distinct(terms), alternatives };
}

function conditionsOn(field: string, value: unknown): Condition[] {
  if (!isOperators(value))
    return [{ terms: [{ field, operator: value === null ? 'null' : '=' }], alternatives: [] }];
  return Object.entries(value).map(([name, operand]) => {
    if (name === '$elemMatch') return conditionOf(operand as Terms, `${field}[].`);
    return { terms: [{ field, operator: operatorOf(name, operand) }], alternatives: [] };
  });
}

function operatorOf(name: string, operand: unknown): Operator {
  if (RANGE.has(name)) return '<';
  if (name === '$exists') return operand ? 'exists' : 'missing';
  const operator = NAMED[name];
  if (!operator) throw new Error(`Nobody knows how an index serves ${name}`);
  return operator;
}

function isOperators(value: unknown): value is Terms {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => name.startsWith('$'));
}

function distinct(terms: readonly Term[]): Term[] {
  return [...new Map(terms.map((term) => [`${term.field} ${term.operator}`, term])).values()];
}
