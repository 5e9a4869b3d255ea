/** Text ends at a NUL when it is read back; what comes from outside may hold one. */
export function withoutNul(text: string): string {
  return text.includes('\u0000') ? text.replaceAll('\u0000', '\uFFFD') : text;
}

const SUSPECT = /[\0\ud800-\udfff]/;

/** The text as it is read back: without a NUL, and without half a character. */
export function storable(text: string): string {
  return SUSPECT.test(text) ? withoutNul(Buffer.from(text).toString()) : text;
}
