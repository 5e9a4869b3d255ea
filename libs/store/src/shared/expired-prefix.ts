/**
 * How many of the oldest entries have had their time: up to the first that has not.
 * @param moments of the entries, in order of commit
 */
export function expiredPrefix(moments: readonly number[], until: number): number {
  const young = moments.findIndex((at) => at > until);
  return young < 0 ? moments.length : young;
}
