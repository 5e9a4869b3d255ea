import { SetMetadata, type Type } from '@nestjs/common';
import type { ErrorCode } from '@workflow-runner/contract';

/** What the document says about a route, beside what can be read off it. */
export interface RouteDocument {
  /** Unique over all routes: the name of the operation in clients made from the document. */
  readonly id: string;
  /** One line. */
  readonly summary: string;
  readonly description?: string;
  /** What the parameters of the path mean. */
  readonly params?: Readonly<Record<string, string>>;
  /** The answers that are no problem, by status: a class of views, or a media type that is not JSON. */
  readonly answers: Readonly<Record<number, Type | string>>;
  /** Codes it may refuse with, beside those that follow from its kind. */
  readonly refuses?: readonly ErrorCode[];
}

const DOCUMENT = 'workflow-runner:document';

/** Documents a route; the controller's `RestController` makes OpenAPI of it. */
export const Documented = (document: RouteDocument) => SetMetadata(DOCUMENT, document);

/** What a handler was documented with; undefined when with nothing. */
export function documentOf(handler: object): RouteDocument | undefined {
  return Reflect.getMetadata(DOCUMENT, handler) as RouteDocument | undefined;
}
