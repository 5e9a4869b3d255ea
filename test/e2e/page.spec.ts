import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './client.js';
import { largeOrder } from './order.js';
import { endServers, ServerProcess } from './server-process.js';
import { JWT_SECRET } from './tokens.js';

let server: ServerProcess;
let browser: Client;
beforeAll(async () => {
  server = await ServerProcess.start();
  browser = new Client(server, null);
});
afterAll(endServers);

describe('the printed address', () => {
  it('becomes a cookie that scripts and other sites cannot use, and shows what there is', async () => {
    const opened = await browser.get(`/?token=${server.token}`);
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/']);
    const cookie = opened.headers.get('set-cookie') ?? '';
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    expect(cookie).not.toContain(server.token);

    const evil = '<script>alert(1)</script>';
    const tagged = { items: [{ workflowId: 'shop.order', data: largeOrder('P'), correlationId: evil }] };
    await new Client(server).post('/workflow/start', tagged);
    const page = await browser.get('/', { cookie: cookie.split(';')[0] ?? '' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.text).toContain('shop.order@1.0.0');
    expect(page.text).toContain('waiting');
    expect(page.text).toContain('href="/docs"');
    expect(page.text).not.toContain(evil);
    expect(page.text).not.toContain(server.token);
  });

  it('opens nothing with a wrong token, a wrong cookie, or none', async () => {
    for (const [path, cookie] of [
      ['/?token=wrong', ''],
      ['/?token[]=x', ''],
      ['/', 'workflow-runner=wrong'],
      ['/', ''],
    ] as const) {
      const answer = await browser.get(path, cookie ? { cookie } : {});
      expect(answer.status).toBe(401);
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(answer.text).not.toContain('shop.order');
    }
  });

  it('is no key to the API', async () => {
    const opened = await browser.get(`/?token=${server.token}`);
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await browser.get('/workflow/instances', { cookie })).status).toBe(401);
  });

  it('is not there for a server that takes JSON Web Tokens', async () => {
    const other = await ServerProcess.start({ env: { JWT_SECRET } });
    expect((await new Client(other, null).get('/')).status).toBe(401);
  });
});
