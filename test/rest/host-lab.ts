import type { AddressInfo } from 'node:net';
import { Module, type INestApplication, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { SilentLogger } from '@workflow-runner/contract';
import {
  TokenAuthenticator,
  WorkflowRestModule,
  type WorkflowRestOptions,
} from '@workflow-runner/gateway/rest';
import {
  ExecutionResult,
  StepBody,
  WorkflowRunnerModule,
  type IWorkflowRunnerProps,
  type WorkflowBuilder,
} from '@workflow-runner/runner';

export const ADAPTERS = ['fastify', 'express'] as const;
export type Adapter = (typeof ADAPTERS)[number];

export const TOKEN = 'the-token';

class Step extends StepBody {
  run() {
    return ExecutionResult.next();
  }
}

/** A workflow of one step. */
export class Small {
  id = 'small';
  version = 1;
  build(builder: WorkflowBuilder<object>) {
    builder.startWith(Step);
  }
}

/** What a host is made of, beside the two modules. */
export interface HostParts extends ModuleMetadata {
  /** Null: the host imports WorkflowRestModule itself. @default a TokenAuthenticator */
  readonly rest?: WorkflowRestOptions | null;
  /** Null: the host has no WorkflowRunnerModule. @default `Small`, in memory */
  readonly runner?: IWorkflowRunnerProps | null;
  readonly prepare?: (app: INestApplication) => void;
  readonly bodyParser?: boolean;
}

export interface Ask {
  readonly token?: string;
  /** Sent as it is; an object as JSON. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty when it is not JSON. */
  readonly body: Record<string, unknown>;
}

/** Boots applications of hosts that listen, and closes them at the end of a test. */
export class RestLab {
  private readonly apps: INestApplication[] = [];

  async boot(adapter: Adapter, parts: HostParts = {}): Promise<Host> {
    const { rest = {}, runner = {}, prepare, bodyParser = true, ...metadata } = parts;
    const identified = rest && ('guards' in rest || 'authenticator' in rest);
    const options = identified ? rest : { ...rest, authenticator: new TokenAuthenticator(TOKEN) };
    const imports = [
      ...(runner ? [WorkflowRunnerModule.forRoot(propsOf(runner))] : []),
      ...(rest ? [WorkflowRestModule.forRoot({ logger: new SilentLogger(), ...options })] : []),
      ...(metadata.imports ?? []),
    ];
    @Module({ ...metadata, imports })
    class HostModule {}
    const app = await NestFactory.create(
      HostModule,
      adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter(),
      { logger: false, abortOnError: false, bodyParser, forceCloseConnections: true },
    );
    this.apps.push(app);
    prepare?.(app);
    await app.listen(0, '127.0.0.1');
    return new Host(app);
  }

  async clear(): Promise<void> {
    await Promise.all(this.apps.splice(0).map((app) => app.close()));
  }
}

/** An application that listens. */
export class Host {
  constructor(readonly app: INestApplication) {}

  get address(): string {
    const server = this.app.getHttpServer() as { address(): AddressInfo };
    return `http://127.0.0.1:${server.address().port}`;
  }

  async ask(method: string, path: string, { token, body, headers = {} }: Ask = {}): Promise<Answer> {
    const isPlain = typeof body === 'string' || body === undefined;
    const response = await fetch(`${this.address}${path}`, {
      method,
      body: isPlain ? (body ?? null) : JSON.stringify(body),
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    const isStream = response.headers.get('content-type')?.includes('event-stream') === true;
    if (isStream) await response.body?.cancel();
    const text = isStream ? '' : await response.text();
    const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '');
    const parsed = (isJson ? JSON.parse(text) : {}) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, text, body: parsed };
  }
}

function propsOf(props: IWorkflowRunnerProps): IWorkflowRunnerProps {
  return {
    workflows: [Small],
    logger: new SilentLogger(),
    ...(!props.store && { persistence: { connectionString: 'memory:' } }),
    ...props,
  };
}
