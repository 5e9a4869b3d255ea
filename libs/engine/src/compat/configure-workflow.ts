import 'reflect-metadata';
import {
  configureWorkflow as esConfigureWorkflow,
  TYPES,
  type ILogger,
  type IPersistenceProvider,
  type WorkflowConfig,
} from 'workflow-es';
import { MemoryPersistenceProvider } from './memory-persistence-provider.js';
import { WorkflowHost } from './workflow-host.js';

/**
 * workflow-es's configuration with our host in its container. The container stays open: what is bound to `ILogger`
 * and `IPersistenceProvider` before the first `getHost()` is used. Queue and lock providers are taken and not
 * used, for our engine has no need of either.
 */
export function configureWorkflow(): WorkflowConfig {
  const config = esConfigureWorkflow();
  const container = config.getContainer();
  container
    .rebind<IPersistenceProvider>(TYPES.IPersistenceProvider)
    .toDynamicValue(() => new MemoryPersistenceProvider())
    .inSingletonScope();
  container
    .rebind<WorkflowHost>(TYPES.IWorkflowHost)
    .toDynamicValue(
      () =>
        new WorkflowHost(
          container.get<IPersistenceProvider>(TYPES.IPersistenceProvider),
          container.get<ILogger>(TYPES.ILogger),
        ),
    )
    .inSingletonScope();
  return config;
}
