import { INSTANCE_STATUSES, type InstanceStatus } from '@workflow-runner/contract';
import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { About } from '../input/about.js';
import { IsMoment } from '../input/is-moment.js';
import { ListOfText } from '../input/transforms.js';

/** Which instances are meant; everything given must hold. */
export class InstanceFilterDto {
  @About('Full id, `nameSpace.name` or name, each with or without `@version`.', 'shop.order')
  @IsOptional()
  @IsString()
  @MaxLength(300)
  workflow?: string;

  @About('One, or several with commas between them.')
  @IsOptional()
  @ListOfText()
  @IsIn(INSTANCE_STATUSES, { each: true })
  status?: InstanceStatus[];

  @About('`key:value`.', 'region:eu')
  @IsOptional()
  @IsString()
  @Matches(/^[^:]{1,100}:.{0,255}$/s, { message: 'tag must be written key:value' })
  tag?: string;

  @About('Of another tenant than its own a caller finds nothing.')
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

  @About('Part of id, workflow id or correlation id.')
  @IsOptional()
  @IsString()
  @MaxLength(255)
  search?: string;
}
