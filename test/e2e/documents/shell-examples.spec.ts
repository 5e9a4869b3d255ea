import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { largeOrder, order } from '../order.js';
import { endServers, ServerProcess } from '../server-process.js';
import { blocksOf, blockWith, commandsOf, settled, type Block } from './blocks.js';
import { Reader } from './reader.js';

let server: ServerProcess;
let reader: Reader;

beforeAll(async () => {
  server = await ServerProcess.start();
  reader = new Reader(server);
});
afterAll(endServers);

function scriptOf(path: string): string[] {
  return commandsOf(blocksOf(path).find(({ language }) => language === 'sh')!.text);
}

describe('README.md', () => {
  const blocks = blocksOf('README.md');

  it('shows what the server prints', () => {
    const greeting = settled(blockWith(blocks, 'is running.')).replaceAll(/\s+/g, ' ').trim();
    expect(settled(server.output).replaceAll(/\s+/g, ' ')).toContain(greeting);
  });

  it('starts an order, asks why it waits, approves it and kills the server meanwhile', async () => {
    const answers = blocks.filter(({ language }) => language === 'json').map(({ text }) => text);
    expect(settled(await reader.paste(blockWith(blocks, 'start/shop.order')))).toBe(
      settled(answers[0]!).trim(),
    );
    await reader.sees(
      'curl http://127.0.0.1:3000/workflow/instances/<id>/why -H "Authorization: Bearer $TOKEN"',
      answers[1]!,
    );

    const [approve] = commandsOf(blockWith(blocks, '/workflow/events').replace(/^kill .*$/m, ''));
    expect(await reader.paste(approve!)).toContain('"success":true');
    server.signal('SIGKILL');
    await server.exit;
    const { instanceId } = reader;
    server = await ServerProcess.start({ folder: server.folder });
    reader = new Reader(server);
    const { data } = await reader.client.reaches(instanceId, 'completed');
    expect(data.message).toBe('Dear Ada, your order A-2 is on its way.');
  });

  it('has no other command that nobody has tried', () => {
    const shell = blocks.filter(({ language }) => language === 'bash').map(({ text }) => text.split(/\s/)[0]);
    expect(shell).toEqual(['npm', 'curl', 'curl']);
  });
});

describe('docs/rest.md', () => {
  const blocks = blocksOf('docs/rest.md');
  const pairs = blocks.flatMap(({ language, text }, index): [string, Block][] =>
    language === 'bash' ? [[text, blocks[index + 1]!]] : [],
  );
  const pairOf = (part: string) => pairs.find(([command]) => command.includes(part))!;

  it('has a test here for each of its commands', () => {
    const words = [
      '{"action":"cancel"}',
      '"filter"',
      '/audit?',
      '?category',
      '/retry',
      '/discard',
      '/stream?',
    ];
    expect(pairs.map(([command]) => words.find((word) => command.includes(word)))).toEqual(words);
  });

  it('refuses to cancel everything by oversight', async () => {
    await reader.sees(...sampled(pairOf('{"action":"cancel"}')));
  });

  it('cancels what matches', async () => {
    const { client } = reader;
    for (const key of ['R-1', 'R-2', 'R-3']) {
      await client.reaches(await client.start('shop.order', largeOrder(key)), 'waiting');
    }
    const [command, answer] = sampled(pairOf('"filter"'));
    expect(settled(await reader.paste(command))).toBe(settled(answer).trim());
  });

  it('shows in the audit trail who cancelled an order, and that nobody has tampered with it', async () => {
    const fresh = new Reader(await ServerProcess.start());
    const id = await fresh.client.start('shop.order', largeOrder('R-0'));
    await fresh.client.reaches(id, 'waiting');
    await fresh.client.post(`/workflow/instances/${id}/cancel`, { reason: 'ordered twice' });

    await fresh.sees(...sampled(pairOf('/audit?')));
    await fresh.sees(
      'curl http://127.0.0.1:3000/workflow/audit/verify -H "Authorization: Bearer $TOKEN"',
      blockWith(blocks, '"unsealed"'),
    );
  });

  it('lists what has failed, retries it with better data, and gives another one up', async () => {
    const { client } = reader;
    const fails = async () => {
      const id = await client.start('shop.order', order('R-4', { items: [] }));
      await client.reaches(id, 'failed');
      return id;
    };
    const first = await fails();
    await reader.sees(...sampled(pairOf('?category')));

    const [retry, retried] = sampled(pairOf('/retry'));
    expect(settled(await reader.paste(retry.replace(/[\w-]+(?=\/retry)/, first)))).toBe(
      settled(retried).trim(),
    );
    await client.reaches(first, 'completed');

    const second = await fails();
    const [discard, discarded] = sampled(pairOf('/discard'));
    expect(settled(await reader.paste(discard.replace(/[\w-]+(?=\/discard)/, second)))).toBe(
      settled(discarded).trim(),
    );
    expect(await client.instance(second)).toMatchObject({ status: 'cancelled' });
  });

  it('shows the stream of an order', async () => {
    const [command, sample] = sampled(pairOf('/stream?'));
    const heard = reader.paste(`${command.trim()} --max-time 5 || [ $? = 28 ]`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await reader.client.start('shop.order', order('R-5'));
    const events = (text: string) =>
      settled(text)
        .split('\n')
        .filter((line) => /^(retry|data)/.test(line));
    expect(events(await heard)).toEqual(events(sample));
  });

  function sampled([command, { text }]: [string, Block]): [string, string] {
    return [command, text];
  }
});

describe('the READMEs of the examples', () => {
  it('order: a small one is shipped, a large one waits until somebody approves', async () => {
    const [small, large, why, approve, look] = scriptOf('examples/order/README.md');
    await reader.paste(small!);
    await reader.client.reaches(reader.instanceId, 'completed');
    await reader.paste(large!);
    await reader.finds(why!, '"eventName":"order.approved"');
    await reader.paste(approve!);
    await reader.finds(look!, '"status":"completed"');
  });

  it('approval: it waits, says until when, and goes on when it is decided', async () => {
    const [start, why, decide, look] = scriptOf('examples/approval/README.md');
    await reader.paste(start!);
    await reader.finds(why!, /"eventName":"purchase.decided".*"until":/);
    await reader.paste(decide!);
    await reader.finds(look!, '"status":"completed"');
  });

  it('batch import: it says how far it is, and reports', async () => {
    const [start, look] = scriptOf('examples/batch-import/README.md');
    await reader.paste(start!);
    await reader.finds(look!, /"status":"completed".*"rejected"/);
  });

  it('nightly report: the same day again is the same instance', async () => {
    const [start] = scriptOf('examples/nightly-report/README.md');
    await reader.paste(start!);
    const first = reader.instanceId;
    expect(first).not.toBe('');
    expect(await reader.paste(start!)).toContain(first);
  });
});
