import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { NumberOfText } from '../input/transforms.js';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 500;

/** Which part of a list is wanted. */
export class PageQueryDto {
  @IsOptional()
  @NumberOfText()
  @IsInt()
  @Min(1)
  @Max(MAX_LIMIT)
  limit: number = DEFAULT_LIMIT;

  /** `nextCursor` of an earlier page. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  cursor?: string;
}
