import { createHmac } from 'node:crypto';

export const JWT_SECRET = 'a shared secret of more than thirty-two characters';

/** A token as an identity provider would sign it, valid for a minute. */
export function tokenOf(claims: { sub?: string; roles: readonly string[]; tenant?: string }): string {
  const payload = { sub: 'somebody', exp: Math.floor(Date.now() / 1_000) + 60, ...claims };
  const text = [{ alg: 'HS256', typ: 'JWT' }, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac('sha256', JWT_SECRET).update(text).digest('base64url')}`;
}
