import type { IncomingHttpHeaders } from 'node:http';
import { ForbiddenException, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import type { Caller } from '@workflow-runner/contract';
import { isObservable, lastValueFrom } from 'rxjs';
import { callerOfClaims } from './caller-of-claims.js';
import type { Identification } from './identification.js';
import { accessOf } from './require-permission.js';

/** A guard of the host: an object, or a class that is a provider somewhere or can be made like one. */
export type HostGuard = CanActivate | Type<CanActivate>;

/** A request of the host's HTTP framework, as its guards have left it. */
export interface GuardedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly user?: unknown;
}

/** Who a request is from that the guards let pass; null: nobody. */
export type CallerOf = (request: GuardedRequest) => Caller | null | Promise<Caller | null>;

/** Reads `request.user` like the claims of a token: `sub`, `roles`, `tenant`. */
export const callerOfUser: CallerOf = ({ user }) => callerOfClaims(user);

/** Runs the host's guards, in order, where guards stand in Nest, and asks then who it is. */
export class ByGuards implements Identification {
  readonly needsHeadersOnly = false;
  private made: readonly CanActivate[] = [];

  constructor(
    private readonly guards: readonly HostGuard[],
    private readonly callerOf: CallerOf,
    private readonly modules: ModuleRef,
  ) {}

  async prepare(): Promise<void> {
    this.made = await Promise.all(this.guards.map((guard) => this.make(guard)));
  }

  async identify(context: ExecutionContext): Promise<Caller | null> {
    if (accessOf(context.getHandler()) !== 'open') return this.ask(context);
    return this.ask(context).catch(() => null);
  }

  private async ask(context: ExecutionContext): Promise<Caller | null> {
    for (const guard of this.made) {
      if (!(await passes(guard, context))) throw new ForbiddenException();
    }
    return this.callerOf(context.switchToHttp().getRequest<GuardedRequest>());
  }

  private async make(guard: HostGuard): Promise<CanActivate> {
    if (typeof guard !== 'function') return guard;
    return this.provided(guard) ?? this.modules.create(guard);
  }

  private provided(guard: Type<CanActivate>): CanActivate | null {
    try {
      return this.modules.get(guard, { strict: false });
    } catch {
      return null;
    }
  }
}

async function passes(guard: CanActivate, context: ExecutionContext): Promise<boolean> {
  const verdict = guard.canActivate(context);
  return isObservable(verdict) ? lastValueFrom(verdict) : verdict;
}
