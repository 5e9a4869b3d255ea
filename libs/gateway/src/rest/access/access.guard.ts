import { Inject, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { assertJson } from '../input/assert-json.js';
import { rawRequestOf, type HttpRequest } from '../raw-request.js';
import { AccessControl } from './access-control.js';

/**
 * The last door before a handler. Most requests were let in before already, by their headers; one that slipped by,
 * however that came, still meets a closed door.
 */
export class AccessGuard implements CanActivate {
  constructor(@Inject(AccessControl) private readonly control: AccessControl) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.control.admit(context);
    assertJson(rawRequestOf(context.switchToHttp().getRequest<HttpRequest>()));
    return true;
  }
}
