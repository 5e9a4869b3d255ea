import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { RunnerListener } from '../listeners.js';
import { isStatic } from './is-static.js';
import { bindingsOf, type WorkflowEventBinding } from './on-workflow-event.decorator.js';

/** A method that listens, bound to its provider. */
export interface FoundListener extends WorkflowEventBinding {
  readonly listener: RunnerListener;
}

/** Finds the methods with `@OnWorkflowEvent` of providers and controllers of which there is one. */
@Injectable()
export class ListenerDiscovery {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
  ) {}

  find(): FoundListener[] {
    const wrappers = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const instances = new Set(wrappers.filter(isStatic).map(({ instance }) => instance as unknown));
    return [...instances].flatMap((instance) => this.listenersOf(instance));
  }

  private listenersOf(instance: unknown): FoundListener[] {
    if (typeof instance !== 'object' || instance === null) return [];
    const prototype = Object.getPrototypeOf(instance) as Record<string, unknown> | null;
    if (!prototype) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method = prototype[name];
      if (typeof method !== 'function') return [];
      const listener = method.bind(instance) as RunnerListener;
      return bindingsOf(method).map((binding) => ({ ...binding, listener }));
    });
  }
}
