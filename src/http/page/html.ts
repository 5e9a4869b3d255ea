/** Text that is shown as it is. */
export function escaped(text: unknown): string {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const STYLE =
  'body{font:15px system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}' +
  'table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1.2rem .2rem 0;font-weight:normal}' +
  'th{color:#777}pre{background:#f4f4f4;padding:1rem;overflow:auto}h2{font-size:1rem;margin-top:2rem}';

/** A page around its body, which must be escaped. */
export function page(body: string, refreshSeconds: number | null = null): string {
  const refresh = refreshSeconds === null ? '' : `<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Workflow Runner</title>${refresh}<style>${STYLE}</style></head><body><h1>Workflow Runner</h1>${body}</body></html>`;
}

export function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const line = (cells: readonly unknown[], tag: 'td' | 'th') =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${line(head, 'th')}${rows.map((row) => line(row, 'td')).join('')}</table>`;
}
