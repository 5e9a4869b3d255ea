import { PRIORITIES, type Priority } from '@workflow-runner/contract';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { AsSent } from '../input/as-sent.js';
import { IsMoment } from '../input/is-moment.js';

/** One start of a batch. */
export class StartItemDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(300)
  workflowId!: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  version?: string;

  @IsOptional()
  @IsObject()
  @AsSent()
  data?: Record<string, unknown>;

  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  idempotencyKey?: string;

  @IsOptional()
  @IsIn(PRIORITIES)
  priority?: Priority;

  @IsOptional()
  @IsString()
  @MaxLength(255)
  correlationId?: string;

  @IsOptional()
  @IsObject()
  @AsSent()
  tags?: Record<string, string>;

  @IsOptional()
  @IsMoment()
  delayUntil?: string;

  @IsOptional()
  @IsMoment()
  deadline?: string;
}

/** Body of `POST /start`. */
export class BatchStartDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @ValidateNested({ each: true })
  @Type(() => StartItemDto)
  items!: StartItemDto[];
}
