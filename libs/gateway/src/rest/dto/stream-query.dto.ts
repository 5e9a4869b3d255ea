import { TELLINGS, type Telling } from '@workflow-runner/contract';
import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { About } from '../input/about.js';
import { ListOfText } from '../input/transforms.js';

/** Which events are streamed; everything given must hold. */
export class StreamQueryDto {
  @About('Id with `*` for any text, with or without `@version`.', 'shop.*')
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(300)
  workflow?: string;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  instanceId?: string;

  @About('One, or several with commas between them.')
  @IsOptional()
  @ListOfText()
  @IsIn(TELLINGS, { each: true })
  event?: Telling[];
}
