import { Get, Inject, Param, Query } from '@nestjs/common';
import { WorkflowRunner, type RegisteredWorkflow } from '@workflow-runner/runner';
import { RequirePermission } from '../access/require-permission.js';
import { WorkflowQueryDto } from '../dto/workflow-query.dto.js';
import type { Checked } from '../input/checked.js';
import { DtoPipe } from '../input/dto.pipe.js';
import { pageOf } from '../views/page-of.js';
import { workflowView } from '../views/workflow.view.js';
import { RestController } from './rest-controller.js';

@RestController('workflows')
export class WorkflowsController {
  constructor(@Inject(WorkflowRunner) private readonly runner: WorkflowRunner) {}

  @Get()
  @RequirePermission('workflow:view')
  list(@Query(new DtoPipe(WorkflowQueryDto, 'query')) query: Checked<WorkflowQueryDto>) {
    const matching = this.runner.getRegisteredWorkflows().filter((workflow) => matches(workflow, query));
    const { items, nextCursor } = pageOf(matching, query, ({ id }) => id);
    return { items: items.map(workflowView), nextCursor };
  }

  @Get(':id')
  @RequirePermission('workflow:view')
  get(@Param('id') id: string) {
    return workflowView(this.runner.getWorkflow(id));
  }

  @Get(':id/graph')
  @RequirePermission('workflow:view')
  graph(@Param('id') id: string) {
    return this.runner.getWorkflowGraph(id);
  }
}

function matches(workflow: RegisteredWorkflow, { nameSpace, category, search }: WorkflowQueryDto): boolean {
  const text = `${workflow.id}\n${workflow.description ?? ''}`.toLowerCase();
  return (
    (nameSpace === undefined || workflow.nameSpace === nameSpace) &&
    (category === undefined || workflow.category === category) &&
    (search === undefined || text.includes(search.toLowerCase()))
  );
}
