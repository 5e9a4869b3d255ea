import type { Caller } from '@workflow-runner/contract';
import type { InstanceQuery } from '@workflow-runner/runner';
import type { InstanceFilterDto } from '../dto/instance-filter.dto.js';

/** Whether a caller asks for a tenant that is not their own: there is nothing to be found then. */
export function isOfAnotherTenant({ tenant }: Pick<InstanceFilterDto, 'tenant'>, caller: Caller): boolean {
  return caller.tenantId !== null && tenant !== undefined && tenant !== caller.tenantId;
}

/** What the runner is asked for; a caller with a tenant gets no further than it. */
export function instanceQueryOf(query: InstanceFilterDto, caller: Caller): InstanceQuery {
  const { workflow, status, correlationId, search } = query;
  return {
    tenantId: caller.tenantId ?? query.tenant ?? null,
    workflow,
    status,
    correlationId,
    search,
    tag: tagOf(query.tag),
    createdFrom: dateOf(query.createdFrom),
    createdTo: dateOf(query.createdTo),
    completedFrom: dateOf(query.completedFrom),
    completedTo: dateOf(query.completedTo),
  };
}

function tagOf(text: string | undefined) {
  if (text === undefined) return undefined;
  const colon = text.indexOf(':');
  return { key: text.slice(0, colon), value: text.slice(colon + 1) };
}

/** What a DTO keeps as text. */
export function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
