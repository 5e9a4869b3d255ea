import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { About } from '../input/about.js';
import { AsSent } from '../input/as-sent.js';
import { IsMoment } from '../input/is-moment.js';

/** Body of `POST /events`. */
export class EventDto {
  @About('What instances wait for.', 'order.approved')
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  eventName!: string;

  @About('Which of them are meant.', 'A-1')
  @IsString()
  @MaxLength(255)
  eventKey!: string;

  @About('What they get.', { approvedBy: 'Grace' })
  @IsOptional()
  @AsSent()
  eventData?: unknown;

  @About('Later than now: delivered then.')
  @IsOptional()
  @IsMoment()
  eventTime?: string;

  @About('Publishing the same id again changes nothing.')
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  id?: string;
}

/** Body of `POST /instances/:id/signal`. */
export class SignalDto {
  @About('What the wait gets.')
  @IsOptional()
  @AsSent()
  data?: unknown;

  @About('Name of the waiting step it is for; without it whichever waits.')
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  stepId?: string;
}
