import type { DiscoveryService } from '@nestjs/core';

/** A provider or controller as the container keeps it. */
export type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** There is one of it, as long as the application lives. */
export function isStatic(wrapper: Wrapper): boolean {
  return wrapper.isDependencyTreeStatic() && !wrapper.isTransient;
}
