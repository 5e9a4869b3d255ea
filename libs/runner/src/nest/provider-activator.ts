import { Injectable, Inject, Scope } from '@nestjs/common';
import { ContextIdFactory, DiscoveryService, ModuleRef } from '@nestjs/core';
import { InvalidWorkflowError } from '@workflow-runner/contract';
import type { StepActivator, StepContext } from '@workflow-runner/engine';
import { runInScope, scopeOfStep } from '../workflow-scope.js';

type BodyClass = Parameters<StepActivator['create']>[0];
type Body = Awaited<ReturnType<StepActivator['create']>>;
type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];
type Maker = (context: StepContext) => Body | Promise<Body>;

/**
 * Makes step bodies whose classes are providers, a fresh object per execution with what its constructor asks for:
 * singletons are shared, transient ones are new, request-scoped ones live as long as the execution, and `REQUEST` is
 * its step context. Other classes are made with `new`.
 */
@Injectable()
export class ProviderActivator implements StepActivator {
  private readonly makers = new Map<BodyClass, Maker>();

  constructor(@Inject(DiscoveryService) private readonly discovery: DiscoveryService) {}

  create(body: BodyClass, context: StepContext): Body | Promise<Body> {
    let maker = this.makers.get(body);
    if (!maker) this.makers.set(body, (maker = this.makerOf(body)));
    return maker(context);
  }

  run<T>(context: StepContext, work: () => T): T {
    return runInScope(scopeOfStep(context), work);
  }

  private makerOf(body: BodyClass): Maker {
    const wrapper = this.discovery.getProviders().find(({ token }) => token === body);
    if (!wrapper) return () => new body();
    const moduleRef = wrapper.host?.getProviderByKey<ModuleRef>(ModuleRef)?.instance;
    if (!moduleRef) return () => new body();
    return makerOf(moduleRef, wrapper, body);
  }
}

function makerOf(moduleRef: ModuleRef, wrapper: Wrapper, body: BodyClass): Maker {
  const { metatype, inject, isAlias } = wrapper;
  // `useValue`: each execution writes its inputs into an object of its own.
  if (metatype === null) return () => Object.create(wrapper.instance as Body) as Body;
  if (inject || isAlias) return resolved(moduleRef, wrapper, body);
  const type = metatype as BodyClass;
  if (!wrapper.isDependencyTreeStatic()) {
    return (context) => moduleRef.create<Body>(type, contextIdOf(moduleRef, context));
  }
  const shared = sharedParameters(wrapper, type);
  if (!shared) return () => moduleRef.create<Body>(type);
  return () => Reflect.construct(type, shared) as Body;
}

/**
 * What the constructor is given, where all of it is there once and stays: then Nest need not be asked again for each
 * execution, which costs as much as the rest of a step. Null where something is transient, optional and missing, or
 * injected into a property.
 */
function sharedParameters(wrapper: Wrapper, type: BodyClass): readonly unknown[] | null {
  const parameters = wrapper.getCtorMetadata() ?? [];
  const properties = wrapper.getPropertiesMetadata() ?? [];
  if (parameters.length !== type.length || properties.length > 0) return null;
  // Not `every`, which leaves out holes.
  const isShared = [...parameters].every(
    (one: Wrapper | undefined) => one && !one.isTransient && one.isDependencyTreeStatic(),
  );
  return isShared ? parameters.map(({ instance }) => instance as unknown) : null;
}

/** A factory makes as many as its scope says: a single one cannot serve executions that run side by side. */
function resolved(moduleRef: ModuleRef, wrapper: Wrapper, body: BodyClass): Maker {
  if (wrapper.scope !== Scope.TRANSIENT && wrapper.isDependencyTreeStatic()) {
    throw new InvalidWorkflowError(
      body.name,
      'a step that is provided by a factory or an alias needs scope: Scope.TRANSIENT, since each execution has a body of its own',
    );
  }
  return (context) => moduleRef.resolve<Body>(body, contextIdOf(moduleRef, context), { strict: true });
}

function contextIdOf(moduleRef: ModuleRef, context: StepContext) {
  const contextId = ContextIdFactory.create();
  moduleRef.registerRequestByContextId(context, contextId);
  return contextId;
}
