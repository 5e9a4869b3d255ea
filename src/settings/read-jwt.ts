import type { EnvironmentReader } from './reader.js';
import type { JwtSettings } from './settings.js';

/** How tokens are checked; null when the server makes one of its own. */
export function readJwt(reader: EnvironmentReader): JwtSettings | null {
  const secret = reader.text('JWT_SECRET');
  const issuer = reader.text('JWT_ISSUER');
  const audience = reader.text('JWT_AUDIENCE');
  if (secret !== null) {
    return { secret, ...(issuer !== null && { issuer }), ...(audience !== null && { audience }) };
  }
  if (issuer !== null) reader.refuse('JWT_ISSUER', 'has no meaning without JWT_SECRET');
  if (audience !== null) reader.refuse('JWT_AUDIENCE', 'has no meaning without JWT_SECRET');
  return null;
}
