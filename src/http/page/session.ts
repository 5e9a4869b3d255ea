import { createHmac } from 'node:crypto';
import { isSameSecret } from '@workflow-runner/gateway/rest';

const COOKIE = 'workflow-runner';

/**
 * What a browser holds instead of the token: enough to see the page, and no key to the API, since other servers on
 * this machine are sent the cookies of 127.0.0.1, too.
 */
export class PageSession {
  private readonly value: string;

  constructor(private readonly token: string) {
    this.value = createHmac('sha256', token).update('page').digest('base64url');
  }

  isToken(given: string): boolean {
    return isSameSecret(given, this.token);
  }

  /** Value of Set-Cookie; it goes when the browser does. */
  get cookie(): string {
    return `${COOKIE}=${this.value}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Whether a header Cookie holds this session. */
  isIn(cookies: string | undefined): boolean {
    const pairs = (cookies ?? '').split(';').map((pair) => pair.trim());
    const own = pairs.find((pair) => pair.startsWith(`${COOKIE}=`));
    return isSameSecret(own?.slice(COOKIE.length + 1) ?? '', this.value);
  }
}
