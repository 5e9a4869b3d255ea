import { ERROR_CATEGORIES, type FailureCategory } from '@workflow-runner/contract';

const BY_CODE: Readonly<Record<string, FailureCategory>> = {
  ECONNREFUSED: 'network',
  ECONNRESET: 'network',
  ECONNABORTED: 'network',
  EPIPE: 'network',
  ENOTFOUND: 'network',
  EAI_AGAIN: 'network',
  EHOSTUNREACH: 'network',
  ENETUNREACH: 'network',
  UND_ERR_SOCKET: 'network',
  ETIMEDOUT: 'timeout',
  ESOCKETTIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  STEP_TIMED_OUT: 'timeout',
  ENOSPC: 'resource',
  EMFILE: 'resource',
  ENFILE: 'resource',
  ENOMEM: 'resource',
  EDQUOT: 'resource',
  EACCES: 'permission',
  EPERM: 'permission',
  DATA_NOT_SERIALIZABLE: 'validation',
  DATA_TOO_LARGE: 'validation',
  STEP_CRASHED: 'system',
};

/** Reads the category of a failure off its own `category`, its code, its HTTP status, then its class. Pure. */
export function classify(error: unknown): FailureCategory {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const facts = error as {
    category?: unknown;
    code?: unknown;
    status?: unknown;
    statusCode?: unknown;
    name?: unknown;
  };
  if (isCategory(facts.category)) return facts.category;
  const byCode = typeof facts.code === 'string' ? BY_CODE[facts.code] : undefined;
  if (byCode) return byCode;
  const status = Number(facts.status ?? facts.statusCode);
  if (status >= 400) return ofStatus(status);
  if (facts.name === 'TimeoutError' || facts.name === 'AbortError') return 'timeout';
  return 'unknown';
}

function ofStatus(status: number): FailureCategory {
  if (status === 401 || status === 403) return 'permission';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429 || status === 507) return 'resource';
  if (status === 502 || status === 503) return 'network';
  return status < 500 ? 'validation' : 'system';
}

function isCategory(value: unknown): value is FailureCategory {
  return typeof value === 'string' && (ERROR_CATEGORIES as readonly string[]).includes(value);
}
