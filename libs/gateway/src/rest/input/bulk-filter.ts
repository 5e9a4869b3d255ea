import { InvalidRequestError } from '@workflow-runner/contract';
import type { BulkDto } from '../dto/bulk.dto.js';
import type { InstanceFilterDto } from '../dto/instance-filter.dto.js';

/**
 * The instances a bulk action means. A filter that was forgotten, or holds nothing, must not mean all of them.
 * @throws {InvalidRequestError} neither a condition nor `all`, or both
 */
export function bulkFilterOf({ filter = {}, all }: Pick<BulkDto, 'filter' | 'all'>): InstanceFilterDto {
  const conditions = Object.entries(filter ?? {}).filter(
    ([, value]) => value !== undefined && value !== null,
  );
  const isForAll = all === true;
  if (conditions.length > 0 !== isForAll) return Object.fromEntries(conditions);
  const message = isForAll
    ? 'must hold no condition when all is true'
    : 'must hold a condition, or all be true';
  throw new InvalidRequestError(`filter ${message}`, [{ path: 'filter', message }]);
}
