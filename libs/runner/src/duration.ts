const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const WRITTEN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Reads a length as ms: a number of ms, or `'250ms'`, `'30s'`, `'5m'`, `'2h'`, `'7d'`; null for anything else. */
export function parseDuration(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : null;
  if (typeof value !== 'string') return null;
  const [, amount, unit = ''] = WRITTEN.exec(value) ?? [];
  const unitMs = UNITS_MS[unit];
  return amount === undefined || unitMs === undefined ? null : Number(amount) * unitMs;
}
