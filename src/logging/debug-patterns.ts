/** Whether `DEBUG` asks for a logger, by its name or with `*` for any part of it: `workflow:*`. */
export function isDebugged(patterns: readonly string[], loggerName: string): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`).test(loggerName);
  });
}
