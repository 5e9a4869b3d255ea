import { PRIORITIES, type Priority } from '@workflow-runner/contract';
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
} from 'class-validator';
import { About } from '../input/about.js';
import { AsSent } from '../input/as-sent.js';
import { IsMoment } from '../input/is-moment.js';
import { Nested } from '../input/nested.js';

/** One start of a batch. */
export class StartItemDto {
  @About('Full id, `nameSpace.name` or name.', 'shop.order')
  @IsString()
  @IsNotEmpty()
  @MaxLength(300)
  workflowId!: string;

  @About('Without it the highest one that is registered.', '1.0.0')
  @IsOptional()
  @IsString()
  @MaxLength(100)
  version?: string;

  @About('What the instance works with.', { orderId: 'A-1' })
  @IsOptional()
  @IsObject()
  @AsSent()
  data?: Record<string, unknown>;

  @About('The same key starts one instance, however often it is sent.')
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  idempotencyKey?: string;

  @IsOptional()
  @IsIn(PRIORITIES)
  priority?: Priority;

  @About('Without it the one of the request.')
  @IsOptional()
  @IsString()
  @MaxLength(255)
  correlationId?: string;

  @About('Texts by name, to find it by.', { region: 'eu' })
  @IsOptional()
  @IsObject()
  @AsSent()
  tags?: Record<string, string>;

  @About('It begins not before.')
  @IsOptional()
  @IsMoment()
  delayUntil?: string;

  @About('It is cancelled when it has not ended by then.')
  @IsOptional()
  @IsMoment()
  deadline?: string;
}

/** Body of `POST /start`. */
export class BatchStartDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @Nested(() => StartItemDto, { each: true })
  items!: StartItemDto[];
}
