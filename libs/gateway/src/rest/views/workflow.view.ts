import type { DefinitionGraph, GraphEdge, KnownWorkflow } from '@workflow-runner/runner';
import { Json, ListOf, OneOf, Shape, Text, Whole } from '../openapi/fields.js';
import { masked } from './masked.js';

const EdgeType = OneOf('WorkflowGraphEdgeType', ['next', 'child', 'compensation']);

@Shape('Workflow', 'A registered workflow, without its code.')
export class WorkflowView {
  @Text({ description: 'Full id, `nameSpace.name@version`.', example: 'shop.order@1.0.0' })
  readonly id!: string;
  @Text({ example: 'shop' }) readonly nameSpace!: string;
  @Text({ example: 'order' }) readonly name!: string;
  @Text({ example: '1.0.0' }) readonly version!: string;
  @Text({ example: 'workflow' }) readonly category!: string;
  @Text({ nullable: true }) readonly description!: string | null;
  @Json({
    description: 'True: at each start of a host; `{ "once": true }`: once in a store.',
    example: false,
  })
  readonly autoStart!: unknown;
  @Json({ description: 'With secrets masked; null when it has none.' }) readonly props!: unknown;
  @Text({ description: 'Equal for definitions with the same steps and edges.' }) readonly hash!: string;
  @Whole({
    nullable: true,
    description:
      'How many instances run at once; null: no limit, or the process that answers does not know it.',
    example: 10,
  })
  readonly concurrency!: number | null;
}

@Shape('WorkflowPage')
export class WorkflowPageView {
  @ListOf(() => WorkflowView) readonly items!: readonly WorkflowView[];
  @Text({ nullable: true, description: 'Gives the next page; null: this was the last one.' })
  readonly nextCursor!: string | null;
}

@Shape('WorkflowGraphNode')
class NodeView {
  @Whole() readonly id!: number;
  @Text({ example: 'ChargePayment' }) readonly name!: string;
  @Text() readonly kind!: string;
}

@Shape('WorkflowGraphEdge')
class EdgeView {
  @Whole() readonly from!: number;
  @Whole() readonly to!: number;
  @EdgeType() readonly type!: GraphEdge['type'];
  @Text({ optional: true, description: 'On an edge that is not always taken.' }) readonly label?: string;
}

@Shape('WorkflowGraph', 'A definition as it is drawn.')
export class GraphView implements DefinitionGraph {
  @ListOf(() => NodeView) readonly nodes!: readonly NodeView[];
  @ListOf(() => EdgeView) readonly edges!: readonly EdgeView[];
}

export function workflowView(workflow: KnownWorkflow): WorkflowView {
  const {
    id,
    nameSpace,
    name,
    version,
    category,
    description,
    autoStart = false,
    props,
    hash,
    concurrency,
  } = workflow;
  return {
    id,
    nameSpace,
    name,
    version,
    category,
    description,
    autoStart,
    props: masked(props) ?? null,
    hash,
    concurrency,
  };
}
