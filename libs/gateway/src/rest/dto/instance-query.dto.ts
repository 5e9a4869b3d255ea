import { INSTANCE_STATUSES, type InstanceStatus } from '@workflow-runner/contract';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { IsMoment } from '../input/is-moment.js';
import { ListOfText } from '../input/transforms.js';
import { PageQueryDto } from './page-query.dto.js';

/** Which instances are listed; everything given must hold. */
export class InstanceQueryDto extends PageQueryDto {
  /** Full id, `nameSpace.name` or name, each with or without `@version`. */
  @IsOptional()
  @IsString()
  @MaxLength(300)
  workflow?: string;

  /** One, or several with commas between them. */
  @IsOptional()
  @ListOfText()
  @IsIn(INSTANCE_STATUSES, { each: true })
  status?: InstanceStatus[];

  /** `key:value`. */
  @IsOptional()
  @IsString()
  @Matches(/^[^:]{1,100}:.{0,255}$/s, { message: 'tag must be written key:value' })
  tag?: string;

  @IsOptional()
  @IsString()
  @MaxLength(255)
  tenant?: string;

  @IsOptional()
  @IsString()
  @MaxLength(255)
  correlationId?: string;

  @IsOptional()
  @IsMoment()
  createdFrom?: string;

  @IsOptional()
  @IsMoment()
  createdTo?: string;

  @IsOptional()
  @IsMoment()
  completedFrom?: string;

  @IsOptional()
  @IsMoment()
  completedTo?: string;

  /** Part of id, workflow id or correlation id. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  search?: string;

  /** By creation. */
  @IsOptional()
  @IsIn(['newest', 'oldest'])
  sort?: 'newest' | 'oldest';
}
