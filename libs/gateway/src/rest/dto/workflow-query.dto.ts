import { IsOptional, IsString, MaxLength } from 'class-validator';
import { About } from '../input/about.js';
import { PageQueryDto } from './page-query.dto.js';

/** Which registered workflows are listed. */
export class WorkflowQueryDto extends PageQueryDto {
  @IsOptional()
  @IsString()
  @MaxLength(100)
  nameSpace?: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  category?: string;

  @About('Part of the full id or the description.')
  @IsOptional()
  @IsString()
  @MaxLength(255)
  search?: string;
}
