import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { AsSent } from '../input/as-sent.js';
import { IsMoment } from '../input/is-moment.js';

/** Body of `POST /events`. */
export class EventDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  eventName!: string;

  @IsString()
  @MaxLength(255)
  eventKey!: string;

  @IsOptional()
  @AsSent()
  eventData?: unknown;

  /** Later than now: delivered then. */
  @IsOptional()
  @IsMoment()
  eventTime?: string;

  /** Publishing the same id again changes nothing. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  id?: string;
}

/** Body of `POST /instances/:id/signal`. */
export class SignalDto {
  @IsOptional()
  @AsSent()
  data?: unknown;

  /** Name of the waiting step it is for; without it whichever waits. */
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  stepId?: string;
}
