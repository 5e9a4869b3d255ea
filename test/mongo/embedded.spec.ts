import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getConnectionToken, MongooseModule } from '@nestjs/mongoose';
import {
  ExecutionResult,
  StepBody,
  WorkflowRunner,
  WorkflowRunnerModule,
  WorkflowRunnerService,
  type WorkflowBuilder,
} from '@workflow-runner/runner';
import type { Connection } from 'mongoose';
import { afterEach, expect, it } from 'vitest';
import { describeOnMongo } from '../servers/mongo/suite.js';
import { testDatabase } from '../servers/mongo/test-database.js';

/** Uses the host's connection, as a step of a user's would. */
@Injectable()
class Note extends StepBody {
  constructor(@Inject(getConnectionToken()) private readonly connection: Connection) {
    super();
  }

  override async run(): Promise<ExecutionResult> {
    await this.connection.collection('notes').insertOne({ text: 'noted' });
    return ExecutionResult.next();
  }
}

class Noting {
  readonly id = 'noting';
  readonly version = 1;

  build(builder: WorkflowBuilder<object>): void {
    builder.startWith(Note).waitFor('go', () => 'k');
  }
}

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

describeOnMongo('a Nest application with @nestjs/mongoose', (mongo) => {
  it('hands its own connection in, which is left open, and its workflows survive a restart', async () => {
    const database = testDatabase(mongo, 'embedded');
    endings.push(() => database.drop());
    @Module({
      imports: [
        MongooseModule.forRoot(database.uri),
        WorkflowRunnerModule.forRootAsync({
          inject: [getConnectionToken()],
          useFactory: (connection: Connection) => ({ workflows: [Noting], persistence: { connection } }),
        }),
      ],
      providers: [Note],
    })
    class AppModule {}
    const boot = async () => {
      const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
      endings.push(() => app.close());
      return app;
    };

    const first = await boot();
    const connection = first.get<Connection>(getConnectionToken());
    const id = await first.get(WorkflowRunnerService).startWorkflow('noting');
    await expect
      .poll(async () => (await first.get(WorkflowRunnerService).getInstance(id))?.status)
      .toBe('waiting');
    expect(await connection.collection('notes').countDocuments()).toBe(1);
    await first.get(WorkflowRunner).stop();
    expect(connection.readyState).toBe(1);
    await first.close();

    const runner = (await boot()).get(WorkflowRunnerService);
    await runner.publishEvent('go', 'k');
    expect((await runner.waitForCompletion(id, { timeoutMs: 10_000 })).status).toBe('completed');
  });

  it("takes the seed's options, and refuses what has no meaning", async () => {
    const database = testDatabase(mongo, 'seed');
    endings.push(() => database.drop());
    const options = { useNewUrlParser: true, useUnifiedTopology: true };
    const runner = new WorkflowRunner({ persistence: { connectionString: database.uri, options } });
    endings.push(() => runner.stop());
    await runner.initialize();
    expect((await runner.health()).status).toBe('healthy');
    expect(runner.connection.readyState).toBe(1);
    const refused = (persistence: object) => () => new WorkflowRunner({ persistence });
    expect(refused({ connectionString: database.uri, synchronous: 'full' })).toThrow('mongodb:');
    expect(refused({ connectionString: 'memory:', prefix: 'x_' })).toThrow('memory:');
    expect(refused({ connectionString: database.uri, connection: { getClient: () => null } })).toThrow(
      'give one of the two',
    );
  });
});
