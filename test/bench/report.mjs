/** Medians with their range, as Markdown. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

export function figure(values) {
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

function round(value) {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
