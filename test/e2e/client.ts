import { ServerProcess } from './server-process.js';
import { until } from './until.js';

/** The fields that answers have, one or the other; a test says which it expects. */
export interface AnswerBody {
  readonly [field: string]: unknown;
  readonly instanceId: string;
  readonly status: string;
  readonly data: Record<string, unknown>;
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
  readonly code: string;
  readonly errors: readonly { path: string }[];
  readonly nodes: readonly { name: string }[];
  readonly edges: readonly unknown[];
}

export interface Item {
  readonly id: string;
  readonly instanceId: string;
  readonly stepName: string;
  readonly status: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Null when it is not JSON. */
  readonly body: AnswerBody;
}

/** What a person with curl and a token can do. */
export class Client {
  constructor(
    readonly server: ServerProcess,
    /** Null: without a token. */
    private readonly token: string | null = server.token,
  ) {}

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    return this.send('POST', path, body === undefined ? undefined : JSON.stringify(body), {
      ...json,
      ...headers,
    });
  }

  async send(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const authorization: Record<string, string> = this.token ? { authorization: `Bearer ${this.token}` } : {};
    const response = await fetch(`${this.server.address}${path}`, {
      method,
      body: body ?? null,
      headers: { ...authorization, ...headers },
      redirect: 'manual',
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const parsed = (isJson ? JSON.parse(text) : null) as AnswerBody;
    return { status: response.status, headers: response.headers, text, body: parsed };
  }

  /** Starts an instance and returns its id. */
  async start(workflowId: string, data: object): Promise<string> {
    const { status, body } = await this.post(`/workflow/start/${workflowId}`, data);
    if (status !== 201) throw new Error(`Not started: ${JSON.stringify(body)}`);
    return body.instanceId;
  }

  async instance(id: string): Promise<AnswerBody> {
    return (await this.get(`/workflow/instances/${id}`)).body;
  }

  /** Waits until an instance has a status, and returns it. */
  async reaches(id: string, status: string): Promise<AnswerBody> {
    await until(async () => (await this.instance(id)).status === status, { what: `${id} is ${status}` });
    return this.instance(id);
  }

  /** `step status` of every attempt, in order. */
  async attempts(id: string): Promise<string[]> {
    const { body } = await this.get(`/workflow/instances/${id}/history?limit=500`);
    return body.items.map((item) => `${item.stepName} ${item.status}`);
  }
}
