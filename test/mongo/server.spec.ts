import { afterEach, expect, it } from 'vitest';
import { Client } from '../e2e/client.js';
import { largeOrder, order } from '../e2e/order.js';
import { endServers, ServerProcess } from '../e2e/server-process.js';
import { until } from '../e2e/until.js';
import { endMongoServers, startMongo } from '../servers/mongo/own-mongo-servers.js';
import { describeOnMongo, describeOnOwnMongo } from '../servers/mongo/suite.js';
import { testDatabase, withDatabase } from '../servers/mongo/test-database.js';

afterEach(async () => {
  await endServers();
  await endMongoServers();
});

const approve = (client: Client, eventKey: string) =>
  client.post('/workflow/events', {
    eventName: 'order.approved',
    eventKey,
    eventData: { approvedBy: 'Grace' },
  });

describeOnMongo('the server with MONGODB_URI', (mongo) => {
  it('finishes in a second process what the first was killed in, and both share what comes', async () => {
    const database = testDatabase(mongo, 'server');
    const env = { MONGODB_URI: database.uri };
    const first = await ServerProcess.start({ env });
    const client = new Client(first);
    const id = await client.start('shop.order', largeOrder('M-1'));
    await client.reaches(id, 'waiting');
    const second = await ServerProcess.start({ folder: first.folder, env });
    first.signal('SIGKILL');
    await first.exit;

    const other = new Client(second);
    expect((await other.instance(id)).status).toBe('waiting');
    await approve(other, 'M-1');
    await other.reaches(id, 'completed');
    await other.reaches(await other.start('shop.order', order('M-2')), 'completed');

    second.signal('SIGTERM');
    expect((await second.exit).code).toBe(0);
    await database.drop();
  });
});

describeOnOwnMongo('the server while its MongoDB is away', (kind) => {
  it('comes up, says so, refuses starts, and works as soon as it is there', async () => {
    const mongo = await startMongo(kind);
    await mongo.kill();
    const MONGODB_URI = withDatabase(mongo.uri.replace('mongodb://', 'mongodb://ada:lovelace@'), 'late');
    const server = await ServerProcess.start({ env: { WORKFLOW_DB: withDatabase(mongo.uri, 'late') } });
    const client = new Client(server);
    expect((await client.get('/health/live')).status).toBe(200);
    expect((await client.get('/health/ready')).status).toBe(503);
    const refused = await client.post('/workflow/start/shop.order', order('L-1'));
    expect(refused).toMatchObject({ status: 503, body: { code: 'STORE_UNAVAILABLE' } });
    expect(refused.headers.get('retry-after')).not.toBeNull();

    const secretive = await ServerProcess.start({ env: { MONGODB_URI } });
    expect(secretive.output + secretive.errors).not.toContain('lovelace');

    await mongo.start();
    await until(async () => (await client.get('/health/ready')).status === 200);
    await client.reaches(await client.start('shop.order', order('L-2')), 'completed');
    server.signal('SIGTERM');
    expect((await server.exit).code).toBe(0);
  });
});
