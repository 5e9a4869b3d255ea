import { IsNotEmpty, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { About } from '../input/about.js';
import { AsSent } from '../input/as-sent.js';

/** Body of pause, resume, cancel and terminate. */
export class ControlDto {
  @About('Kept as the reason of the status.')
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  reason?: string;
}

/** Body of retry. */
export class RetryDto extends ControlDto {
  @About('Id of the failed pointer to begin with; without it all that failed.')
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  fromPointer?: string;

  @About('Replaces the data of the instance.')
  @IsOptional()
  @IsObject()
  @AsSent()
  data?: Record<string, unknown>;
}
