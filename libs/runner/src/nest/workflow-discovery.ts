import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService, ModulesContainer } from '@nestjs/core';
import { InvalidWorkflowError } from '@workflow-runner/contract';
import type { Buildable, WorkflowSource } from '@workflow-runner/engine';
import { sourceOf, workflowOptionsOf, type RunnerWorkflow } from '../workflow-options.js';
import { FeatureWorkflows } from './feature-workflows.js';
import { isStatic, type Wrapper } from './is-static.js';
import { listedWorkflows } from './listed-workflows.js';

/** Finds the workflows of an application in its container. */
@Injectable()
export class WorkflowDiscovery {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {}

  /**
   * Providers with `@Workflow`, lists of `forFeature` and `forModules`, the property `workflows` of modules, then
   * what the options list. A class that is a provider stands for the container's instance of it.
   * @throws {InvalidWorkflowError}
   */
  find(ofOptions: readonly RunnerWorkflow[]): WorkflowSource[] {
    const providers = this.discovery.getProviders();
    const decorated = providers.filter(isDecorated).map(({ metatype }) => metatype as RunnerWorkflow);
    const features = providers.map(({ instance }) => instance as unknown).filter(isFeature);
    const ofModules = [...this.modules.values()].flatMap(({ instance, metatype }) => [
      ...listedWorkflows(instance),
      ...listedWorkflows(metatype),
    ]);
    const all = [...decorated, ...features.flatMap(({ workflows }) => workflows), ...ofModules, ...ofOptions];
    return [...new Set(all)].map((workflow) => withInstance(workflow, providers));
  }
}

function withInstance(workflow: RunnerWorkflow, providers: readonly Wrapper[]): WorkflowSource {
  const source = sourceOf(workflow);
  const type = 'component' in source ? source.component : source;
  const wrapper = typeof type === 'function' ? providers.find(({ token }) => token === type) : undefined;
  if (!wrapper) return source;
  if (!isStatic(wrapper)) {
    throw new InvalidWorkflowError(
      String(wrapper.name),
      'a workflow is built once: it cannot be transient or request-scoped',
    );
  }
  const component = wrapper.instance as Buildable;
  return 'component' in source ? { ...source, component } : (component as WorkflowSource);
}

function isDecorated({ metatype }: Wrapper): boolean {
  return typeof metatype === 'function' && workflowOptionsOf(metatype) !== undefined;
}

function isFeature(instance: unknown): instance is FeatureWorkflows {
  return instance instanceof FeatureWorkflows;
}
