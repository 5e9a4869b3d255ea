/** Behind the last seal nothing is sealed. */
export const LAST_SEALED = 'coalesce((SELECT max(position) FROM audit_seals), 0)';

/** What can be asked for of an entry, as columns of its seal. */
const COLUMNS: Readonly<Record<string, string>> = {
  at: 'coalesce(l ->> 1, 0)',
  subject: `l ->> '$[2][0]'`,
  tenant: `coalesce(l ->> 3, '')`,
  action: 'l ->> 4',
  resource_kind: 'l ->> 5',
  resource_id: 'l ->> 6',
  workflow_id: 'l ->> 7',
  result: 'l ->> 8',
};

export const COLUMN_NAMES = Object.keys(COLUMNS).join(', ');

/** The same, read out of the line: one that somebody has made unreadable gives nothing, and holds up nobody. */
export const columnsOfLines = (from: string): string =>
  `SELECT position, line, ${Object.entries(COLUMNS)
    .map(([name, sql]) => `${sql} AS ${name}`)
    .join(
      ', ',
    )} FROM (SELECT position, line, CASE WHEN json_valid(line) THEN line ELSE '[]' END AS l ${from})`;
