/**
 * Whether a full workflow id (`nameSpace.name@version`) is meant by a pattern, in which `*` stands for any text. A
 * pattern without `@` means every version.
 */
export function matchesWorkflow(pattern: string, workflowId: string): boolean {
  const subject = pattern.includes('@') ? workflowId : workflowId.slice(0, workflowId.lastIndexOf('@'));
  const parts = pattern.split('*');
  const first = parts.shift()!;
  if (parts.length === 0) return subject === pattern;
  const last = parts.pop()!;
  if (subject.length < first.length + last.length) return false;
  if (!subject.startsWith(first) || !subject.endsWith(last)) return false;
  let rest = subject.slice(first.length, subject.length - last.length);
  for (const part of parts) {
    const at = rest.indexOf(part);
    if (at < 0) return false;
    rest = rest.slice(at + part.length);
  }
  return true;
}
