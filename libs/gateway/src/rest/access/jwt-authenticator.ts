import { createSecretKey } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Caller } from '@workflow-runner/contract';
import { ExtractJwt, Strategy, type VerifiedCallback } from 'passport-jwt';
import { Authenticator } from './authenticator.js';
import { callerOfClaims } from './caller-of-claims.js';
import { UnauthenticatedError } from './refusals.js';

export interface JwtOptions {
  /** Shared secret; tokens are signed with HS256. */
  readonly secret: string;
  /** Required value of `iss`. @default not checked */
  readonly issuer?: string;
  /** Required value of `aud`. @default not checked */
  readonly audience?: string;
}

/** What a passport strategy calls back once it has made up its mind. */
interface Verdict {
  success(caller: Caller): void;
  fail(challenge?: unknown): void;
  error(error: unknown): void;
}

/**
 * Takes JSON Web Tokens by passport-jwt. Only HS256 counts, whatever the token says of itself, so `none` and other
 * algorithms are refused; `exp` and `nbf` are checked where they stand, `iss` and `aud` where they are configured.
 */
export class JwtAuthenticator extends Authenticator {
  private readonly strategy: Strategy;

  constructor({ secret, issuer, audience }: JwtOptions) {
    super();
    // A text would be tried as a public key first, with every request: two thirds of what a start costs.
    const key = createSecretKey(secret, 'utf8');
    const options = {
      secretOrKey: key as unknown as string,
      algorithms: ['HS256' as const],
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      ...(issuer !== undefined && { issuer }),
      ...(audience !== undefined && { audience }),
    };
    this.strategy = new Strategy(options, (claims: unknown, done: VerifiedCallback) => {
      const caller = callerOfClaims(claims);
      done(null, caller ?? false, caller ? undefined : new Error('Its claims have the wrong shape'));
    });
  }

  async authenticate(request: IncomingMessage): Promise<Caller | null> {
    if (request.headers.authorization === undefined) return null;
    return new Promise<Caller>((resolve, reject) => {
      // As passport itself does it: each attempt has an object of its own with the callbacks on it.
      const attempt = Object.create(this.strategy) as Strategy & Verdict;
      attempt.success = resolve;
      attempt.fail = (challenge) => reject(refusal(challenge));
      attempt.error = reject;
      attempt.authenticate(request as never);
    });
  }
}

function refusal(challenge: unknown): UnauthenticatedError {
  const reason = challenge instanceof Error ? challenge.message : 'It is no token';
  return new UnauthenticatedError(`The token is refused: ${reason}`, true);
}
