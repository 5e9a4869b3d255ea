import { Get, Inject, Param } from '@nestjs/common';
import { WorkflowRunner, type KnownWorkflow } from '@workflow-runner/runner';
import { RequirePermission } from '../access/require-permission.js';
import { WorkflowQueryDto } from '../dto/workflow-query.dto.js';
import { CheckedQuery, type Checked } from '../input/checked.js';
import { Documented } from '../openapi/documented.decorator.js';
import { pageOf } from '../views/page-of.js';
import { GraphView, WorkflowPageView, workflowView, WorkflowView } from '../views/workflow.view.js';
import { RestController } from './rest-controller.js';

const WORKFLOW = { id: 'Full id, `nameSpace.name` or name, each with or without `@version`.' };

@RestController('workflows')
export class WorkflowsController {
  constructor(@Inject(WorkflowRunner) private readonly runner: WorkflowRunner) {}

  @Get()
  @RequirePermission('workflow:view')
  @Documented({
    id: 'listWorkflows',
    summary: 'The registered workflows',
    answers: { 200: WorkflowPageView },
    refuses: ['INVALID_REQUEST'],
  })
  async list(@CheckedQuery(WorkflowQueryDto) query: Checked<WorkflowQueryDto>): Promise<WorkflowPageView> {
    const known = await this.runner.knownWorkflows();
    const matching = known.filter((workflow) => matches(workflow, query));
    const { items, nextCursor } = pageOf(matching, query, ({ id }) => id);
    return { items: items.map(workflowView), nextCursor };
  }

  @Get(':id')
  @RequirePermission('workflow:view')
  @Documented({
    id: 'getWorkflow',
    summary: 'A registered workflow',
    params: WORKFLOW,
    answers: { 200: WorkflowView },
    refuses: ['WORKFLOW_NOT_FOUND', 'WORKFLOW_AMBIGUOUS'],
  })
  async get(@Param('id') id: string): Promise<WorkflowView> {
    const { workflow } = await this.runner.knownWorkflow(id);
    return workflowView(workflow);
  }

  @Get(':id/graph')
  @RequirePermission('workflow:view')
  @Documented({
    id: 'getWorkflowGraph',
    summary: 'The steps of a workflow, and what leads from one to the other',
    params: WORKFLOW,
    answers: { 200: GraphView },
    refuses: ['WORKFLOW_NOT_FOUND', 'WORKFLOW_AMBIGUOUS'],
  })
  async graph(@Param('id') id: string): Promise<GraphView> {
    const { graph } = await this.runner.knownWorkflow(id);
    return graph;
  }
}

function matches(workflow: KnownWorkflow, { nameSpace, category, search }: WorkflowQueryDto): boolean {
  const text = `${workflow.id}\n${workflow.description ?? ''}`.toLowerCase();
  return (
    (nameSpace === undefined || workflow.nameSpace === nameSpace) &&
    (category === undefined || workflow.category === category) &&
    (search === undefined || text.includes(search.toLowerCase()))
  );
}
