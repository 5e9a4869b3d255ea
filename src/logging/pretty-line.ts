const NAMES: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const COLOURS: Readonly<Record<string, number>> = { debug: 90, trace: 90, warn: 33, error: 31, fatal: 31 };

/** One line of pino's JSON as a person likes to read it: time, level, logger, message, fields. */
export function prettyLine(json: string): string {
  const { time, level, name, msg, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const word = NAMES[Number(level)] ?? 'info';
  const at = new Date(Number(time)).toISOString().slice(11, 23);
  const facts = Object.entries(fields).map(([key, value]) => `${key}=${show(value)}`);
  const head = `${at} ${colour(word.padEnd(5), COLOURS[word])} ${String(name)}`;
  return `${[head, String(msg), ...facts].join('  ')}\n`;
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function colour(text: string, code: number | undefined): string {
  return code === undefined ? text : `\u001b[${code}m${text}\u001b[0m`;
}
