import {
  Catch,
  Controller,
  Get,
  HttpException,
  Injectable,
  type ArgumentsHost,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Cron, CronExpression } from '@nestjs/schedule';

/** The application's own guard: its routes need a key of its own. */
@Injectable()
export class HostGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, unknown>; url: string }>();
    return (
      request.url.includes('/workflow') ||
      request.url.includes('/health') ||
      request.headers['x-host-key'] === 'k'
    );
  }
}

/** The application's own filter. */
@Catch(HttpException)
export class HostFilter implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(error: HttpException, context: ArgumentsHost): void {
    this.host.httpAdapter.reply(
      context.switchToHttp().getResponse(),
      { hostSays: error.message },
      error.getStatus(),
    );
  }
}

@Controller('host')
export class HostController {
  @Get()
  get(): { mine: boolean } {
    return { mine: true };
  }
}

@Injectable()
export class Ticker {
  @Cron(CronExpression.EVERY_SECOND)
  tick(): void {
    console.log('tick');
  }
}
