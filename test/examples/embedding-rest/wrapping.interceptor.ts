import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { isWorkflowRoute } from '@workflow-runner/gateway/rest';
import { map, type Observable } from 'rxjs';

/** Wraps the answers of the host, and leaves those of the module as its document has them. */
@Injectable()
export class WrappingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (isWorkflowRoute(context)) return next.handle();
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}
