import { ERROR_CATEGORIES, type FailureCategory } from '@workflow-runner/contract';
import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { About } from '../input/about.js';
import { IsMoment } from '../input/is-moment.js';
import { PageQueryDto } from './page-query.dto.js';

/** Which failed instances are listed; everything given must hold. */
export class DeadLetterQueryDto extends PageQueryDto {
  @About('Full id, `nameSpace.name` or name, each with or without `@version`.', 'shop.order')
  @IsOptional()
  @IsString()
  @MaxLength(300)
  workflow?: string;

  @About('Of the error.')
  @IsOptional()
  @IsIn(ERROR_CATEGORIES)
  category?: FailureCategory;

  @About('Of the error.', 'ECONNREFUSED')
  @IsOptional()
  @IsString()
  @MaxLength(255)
  code?: string;

  @About('Part of id, workflow id or correlation id.')
  @IsOptional()
  @IsString()
  @MaxLength(255)
  search?: string;

  @IsOptional()
  @IsMoment()
  failedFrom?: string;

  @IsOptional()
  @IsMoment()
  failedTo?: string;
}

/** Body of discard. */
export class DiscardDto {
  @About('Kept as the reason of the status.', 'The customer has ordered anew')
  @IsString()
  @IsNotEmpty()
  @MaxLength(1_000)
  reason!: string;
}
