import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { JwtAuthenticator } from './jwt-authenticator.js';
import { UnauthenticatedError } from './refusals.js';

const secret = 'a secret of more than thirty-two characters';
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const claims = { sub: 'ada', roles: ['operator'], iss: 'us', aud: 'them', exp: inSeconds(60) };
const authenticator = new JwtAuthenticator({ secret, issuer: 'us', audience: 'them' });

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(payload: object, alg = 'HS256', key = secret): string {
  const text = `${part({ alg, typ: 'JWT' })}.${part(payload)}`;
  const hash = { HS256: 'sha256', HS512: 'sha512' }[alg];
  return `${text}.${hash ? createHmac(hash, key).update(text).digest('base64url') : ''}`;
}

function ask(authorization?: string) {
  return authenticator.authenticate({ headers: { authorization } } as IncomingMessage);
}

describe('JwtAuthenticator', () => {
  it('reads the caller off a good token', async () => {
    expect(await ask(`Bearer ${token({ ...claims, tenant: 'acme' })}`)).toEqual({
      subject: 'ada',
      kind: 'user',
      roles: ['operator'],
      tenantId: 'acme',
    });
  });

  it('says null to a request without credentials', async () => {
    expect(await ask()).toBeNull();
  });

  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const rsaText = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  const refused: [why: string, authorization: string][] = [
    ['no algorithm', `Bearer ${token(claims, 'none')}`],
    ['another HMAC', `Bearer ${token(claims, 'HS512')}`],
    [
      'an asymmetric algorithm',
      `Bearer ${rsaText}.${sign('sha256', Buffer.from(rsaText), privateKey).toString('base64url')}`,
    ],
    ['another secret', `Bearer ${token(claims, 'HS256', 'guessed')}`],
    ['an expired token', `Bearer ${token({ ...claims, exp: inSeconds(-1) })}`],
    ['a token of tomorrow', `Bearer ${token({ ...claims, nbf: inSeconds(60) })}`],
    ['another issuer', `Bearer ${token({ ...claims, iss: 'somebody' })}`],
    ['no issuer', `Bearer ${token({ ...claims, iss: undefined })}`],
    ['another audience', `Bearer ${token({ ...claims, aud: 'us' })}`],
    ['a token without a subject', `Bearer ${token({ ...claims, sub: undefined })}`],
    ['roles that are no list', `Bearer ${token({ ...claims, roles: 'admin' })}`],
    ['a tenant that is no text', `Bearer ${token({ ...claims, tenant: 7 })}`],
    ['what is no token', 'Bearer abc'],
    ['another scheme', 'Basic YWRhOmFkYQ=='],
    ['an empty header', ''],
  ];
  it.each(refused)('refuses %s', async (_why, authorization) => {
    await expect(ask(authorization)).rejects.toBeInstanceOf(UnauthenticatedError);
  });
});
