import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { rawResponseOf, takeOver } from './raw-response.js';

describe('takeOver', () => {
  const raw = () => {
    const headers: Record<string, unknown> = {};
    const setHeader = (name: string, value: unknown): void => void (headers[name] = value);
    return { headers, response: { setHeader } as unknown as ServerResponse };
  };

  it('tells a wrapper to leave the answer alone, and keeps what others have said in it', () => {
    const { headers, response } = raw();
    let hijacked = 0;
    const reply = {
      raw: response,
      hijack: () => (hijacked += 1),
      getHeaders: () => ({ vary: 'origin', 'x-none': undefined }),
    };
    takeOver(reply);
    expect([hijacked, headers, rawResponseOf(reply)]).toEqual([1, { vary: 'origin' }, response]);
  });

  it('leaves Node’s own response as it is', async () => {
    const server = createServer((_, response) => {
      takeOver(response);
      expect(rawResponseOf(response)).toBe(response);
      response.end(JSON.stringify(response.getHeaderNames()));
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const { port } = server.address() as { port: number };
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
    expect(await answer.json()).toEqual([]);
    server.close();
  });
});
