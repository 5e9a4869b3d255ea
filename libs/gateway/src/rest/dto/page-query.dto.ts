import { applyDecorators } from '@nestjs/common';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { About } from '../input/about.js';
import { NumberOfText } from '../input/transforms.js';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 500;

/** A field that says how long a page may be. */
export const Limit = () =>
  applyDecorators(
    About('At most so many; without it 50.'),
    IsOptional(),
    NumberOfText(),
    IsInt(),
    Min(1),
    Max(MAX_LIMIT),
  );

/** A field that says where a page begins. */
export const Cursor = () =>
  applyDecorators(About('`nextCursor` of an earlier page.'), IsOptional(), IsString(), MaxLength(1_000));

/** Which part of a list is wanted. */
export class PageQueryDto {
  @Limit()
  limit: number = DEFAULT_LIMIT;

  @Cursor()
  cursor?: string;
}
