import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { Answer, Ask, Host } from './host-lab.js';
import { jsonSchemaOf } from './json-schema.js';

type Schema = Parameters<typeof jsonSchemaOf>[0];

interface Content {
  readonly [mediaType: string]: { readonly schema: Schema };
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Placed extends Operation {
  readonly method: string;
  readonly path: string;
}

export interface Call extends Ask {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** What the query says beside, and the document does not know. */
  readonly more?: string;
}

/** Calls routes by the names of their operations, and holds every answer against the document. */
export class DocumentedApi {
  /** `operation status` of every answer so far. */
  readonly seen = new Set<string>();
  private readonly operations = new Map<string, Placed>();
  private readonly ajv = (formats as unknown as (ajv: Ajv) => Ajv)(new Ajv({ allErrors: true }));
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly components: Record<string, Schema>;

  constructor(
    private readonly host: Host,
    made: OpenAPIObject,
    private readonly token: string,
  ) {
    this.ajv.addKeyword('components');
    // As it is served.
    const document = JSON.parse(JSON.stringify(made)) as OpenAPIObject;
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
        this.operations.set(operation.operationId, { ...operation, method: method.toUpperCase(), path });
      }
    }
    const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
    this.components = Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, jsonSchemaOf(schema, true)]),
    );
  }

  get operationIds(): string[] {
    return [...this.operations.keys()];
  }

  /** @throws {Error} the document does not allow the answer, or the body of a request that was taken */
  async call(id: string, call: Call = {}): Promise<Answer> {
    const operation = this.operations.get(id);
    if (!operation) throw new Error(`The document has no operation ${id}`);
    const { method, responses, requestBody } = operation;
    const answer = await this.host.ask(method, this.addressOf(operation, call), {
      token: this.token,
      ...call,
    });
    const { status, headers, body } = answer;
    const type = headers.get('content-type')?.split(';', 1)[0] ?? '';
    const schema = responses[status]?.content?.[type]?.schema;
    if (!schema) throw new Error(`${id} answered ${status} ${type}, which is not in the document`);
    if (type.includes('json')) this.assertFits(`${id} ${status}`, schema, body);
    const sent = requestBody?.content['application/json']?.schema;
    if (status < 300 && sent && typeof call.body === 'object')
      this.assertFits(`${id} request`, sent, call.body);
    this.seen.add(`${id} ${status}`);
    return answer;
  }

  private addressOf(
    { operationId, path, parameters = [] }: Placed,
    { params = {}, query = {}, more = '' }: Call,
  ): string {
    const unknown = Object.keys(query).filter(
      (name) => !parameters.some((parameter) => parameter.in === 'query' && parameter.name === name),
    );
    if (unknown.length > 0) throw new Error(`${operationId} has no parameter ${unknown.join()}`);
    const address = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const asked = [new URLSearchParams(query).toString(), more].filter((part) => part !== '').join('&');
    return asked === '' ? address : `${address}?${asked}`;
  }

  private assertFits(what: string, schema: Schema, value: unknown): void {
    const components = { schemas: this.components };
    const validate = this.validators.get(what) ?? this.ajv.compile({ ...jsonSchemaOf(schema), components });
    this.validators.set(what, validate);
    if (validate(value)) return;
    throw new Error(`${what}: ${this.ajv.errorsText(validate.errors)}\n${JSON.stringify(value, null, 1)}`);
  }
}
