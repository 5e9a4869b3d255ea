const ABOUT = 'workflow-runner:about';

/** What the document says about a field of a DTO, beside what its validators say. */
export interface About {
  readonly description: string;
  readonly example?: unknown;
}

export const About =
  (description: string, example?: unknown): PropertyDecorator =>
  (prototype, key) =>
    Reflect.defineMetadata(ABOUT, { description, ...(example !== undefined && { example }) }, prototype, key);

export function aboutOf(prototype: object, key: string): About | undefined {
  return Reflect.getMetadata(ABOUT, prototype, key) as About | undefined;
}
