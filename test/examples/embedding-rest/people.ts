import { Injectable, UnauthorizedException, type CanActivate, type ExecutionContext } from '@nestjs/common';

export interface Person {
  readonly name: string;
  readonly isAdmin: boolean;
  readonly company: string;
}

/** The host's own guard: it knows its people, and leaves the one who asks in `request.user`. */
@Injectable()
export class PeopleGuard implements CanActivate {
  private readonly people = new Map<string | undefined, Person>([
    ['Bearer ada', { name: 'Ada', isAdmin: true, company: 'acme' }],
    ['Bearer vic', { name: 'Vic', isAdmin: false, company: 'acme' }],
  ]);

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<PersonalRequest>();
    request.user = this.people.get(request.headers.authorization);
    if (!request.user) throw new UnauthorizedException();
    return true;
  }
}

interface PersonalRequest {
  readonly headers: { readonly authorization?: string };
  user?: Person;
}
