import { runInScope } from '@workflow-runner/runner';

interface TenantRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** What is started, published or asked for further down the request belongs to the request's tenant. */
export function tenantMiddleware(request: TenantRequest, _response: unknown, next: () => void): void {
  const tenantId = String(request.headers['x-tenant'] ?? 'none');
  runInScope({ tenantId, correlationId: String(request.headers['x-request-id'] ?? '') || null }, next);
}
