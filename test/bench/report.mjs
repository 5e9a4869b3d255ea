/** Medians with their range, as Markdown. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export function figure(values) {
  if (!values.every(Number.isFinite)) return 'not known';
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const text = round(median(values));
  return least === most ? text : `${text} (${round(least)}–${round(most)})`;
}

export function table(title, rows, columns) {
  const head = `| ${title} | ${columns.join(' | ')} |`;
  const rule = `|---|${columns.map(() => '---').join('|')}|`;
  const body = rows.map(([name, cells]) => `| ${name} | ${cells.join(' | ')} |`);
  return [head, rule, ...body, ''].join('\n');
}

/**
 * Engines beside each other, then the ratios of the first to each other one.
 * @param columns of each engine its runs (`figures`, `foreign`, `isLoud`), or why there are none
 */
export function comparison(title, columns) {
  const [first, ...others] = columns;
  const keys = Object.keys(columns.find(({ runs }) => runs)?.runs[0].figures ?? {});
  const valuesOf = ({ runs }, key) => runs?.map(({ figures }) => figures[key]);
  const cell = (column, key) => (column.runs ? figure(valuesOf(column, key)) : '—');
  const ratio = (other, key) => {
    if (!first.runs || !other.runs) return '—';
    const [own, its] = [first, other].map((column) => median(valuesOf(column, key)));
    return Number.isFinite(own / its) ? (own / its).toFixed(3) : '—';
  };
  const rows = keys.map((key) => [
    key,
    [...columns.map((column) => cell(column, key)), ...others.map((other) => ratio(other, key))],
  ]);
  const heads = columns.map(({ engine, why }) => (why ? `${engine}: NO FIGURES` : engine));
  const ratios = others.length === 1 ? ['ratio'] : others.map(({ engine }) => `${first.engine} / ${engine}`);
  return [table(title, rows, [...heads, ...ratios]), ...notes(columns)].join('\n');
}

/** How quiet the machine was, and what is missing. */
export function notes(columns) {
  const all = columns.flatMap(({ runs }) => runs ?? []);
  const isLoud = ({ runs }) => runs?.some((run) => run.isLoud);
  const loud = columns.filter(isLoud).map(({ engine }) => engine);
  const lines = [];
  if (all.length > 0) {
    const shares = all.map(({ foreign }) => foreign);
    const highest = shares.includes(null) ? null : Math.max(...shares);
    const mark = loud.length > 0 ? ` **Too much in every try: ${loud.join(', ')}.**` : '';
    lines.push(`Something else used at most ${percent(highest)} of the CPUs.${mark}\n`);
  }
  for (const { engine, why } of columns) if (why) lines.push(`**No figures of ${engine}: ${why}.**\n`);
  return lines;
}

/** @param share from 0 to 1, or null: not known */
export function percent(share) {
  return share === null ? 'not known how much' : `${Math.round(share * 100)} %`;
}

function round(value) {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
