import { Inject, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { rawRequestOf, type HttpRequest } from '../raw-request.js';
import { AccessControl } from './access-control.js';
import { accessOf } from './require-permission.js';

/** Stands behind the middleware: a path that slipped by it, however it was written, still meets a closed door. */
export class AccessGuard implements CanActivate {
  constructor(@Inject(AccessControl) private readonly control: AccessControl) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = rawRequestOf(context.switchToHttp().getRequest<HttpRequest>());
    await this.control.admit(request, accessOf(context.getHandler()));
    return true;
  }
}
