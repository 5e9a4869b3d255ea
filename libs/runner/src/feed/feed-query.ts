import type { Telling } from '@workflow-runner/contract';
import type { TenantScope } from '../request-options.js';

/** Which events are told; everything given must hold. */
export interface FeedQuery extends TenantScope {
  /** Id of workflows with `*` for any text, with or without `@version`, such as `shop.*`. @default all */
  readonly workflow?: string;
  readonly instanceId?: string;
  /** @default all */
  readonly events?: readonly Telling[];
}

export interface FeedOptions extends FeedQuery {
  /** Goes on behind this position, as an entry gave it. @default what is committed from now on */
  readonly after?: number;
}
