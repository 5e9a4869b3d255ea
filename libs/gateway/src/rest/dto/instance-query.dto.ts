import { IsIn, IsOptional } from 'class-validator';
import { About } from '../input/about.js';
import { InstanceFilterDto } from './instance-filter.dto.js';
import { Cursor, DEFAULT_LIMIT, Limit } from './page-query.dto.js';

/** Which instances are listed. */
export class InstanceQueryDto extends InstanceFilterDto {
  @Limit()
  limit: number = DEFAULT_LIMIT;

  @Cursor()
  cursor?: string;

  @About('By creation.')
  @IsOptional()
  @IsIn(['newest', 'oldest'])
  sort?: 'newest' | 'oldest';
}
