import { BULK_ACTIONS, MOST_IN_BULK, type BulkAction } from '@workflow-runner/runner';
import { IsBoolean, IsIn, IsInt, IsObject, IsOptional, Max, Min } from 'class-validator';
import { About } from '../input/about.js';
import { Nested } from '../input/nested.js';
import { ControlDto } from './control.dto.js';
import { InstanceFilterDto } from './instance-filter.dto.js';
import { Cursor } from './page-query.dto.js';

/** Body of `POST /instances/bulk`. */
export class BulkDto extends ControlDto {
  @IsIn(BULK_ACTIONS)
  action!: BulkAction;

  @About('Which instances; with at least one condition, or `all`.')
  @IsOptional()
  @IsObject()
  @Nested(() => InstanceFilterDto)
  filter?: InstanceFilterDto;

  @About('True, without a filter: every instance the caller may see.')
  @IsOptional()
  @IsBoolean()
  all?: boolean;

  @About('Counts, and does nothing.')
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;

  @About('At most so many; without it 10,000.')
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_IN_BULK)
  limit?: number;

  @Cursor()
  cursor?: string;
}
