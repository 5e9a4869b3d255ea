import type { Type } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { BulkController } from './bulk.controller.js';
import { ControlController } from './control.controller.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { EventsController } from './events.controller.js';
import { InstancesController } from './instances.controller.js';
import { StartController } from './start.controller.js';
import { StatusController } from './status.controller.js';
import { StreamController } from './stream.controller.js';
import { WorkflowsController } from './workflows.controller.js';

/** Every controller of the module; the list of routes is read off them. */
export const CONTROLLERS: Type[] = [
  StatusController,
  WorkflowsController,
  StartController,
  InstancesController,
  ControlController,
  BulkController,
  DeadLettersController,
  EventsController,
  StreamController,
  AuditController,
];
