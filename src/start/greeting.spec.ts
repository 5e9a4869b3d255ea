import { describe, expect, it } from 'vitest';
import { greeting } from './greeting.js';

const facts = {
  version: '1.2.3',
  address: 'http://127.0.0.1:3000',
  token: 'abc',
  database: './data/workflows.db',
  workflows: ['shop.order@1.0.0', 'system.welcome@1.0.0'],
  autoStarted: ['system.welcome@1.0.0 was started as 1 and is completed after 3 ms'],
};

describe('greeting', () => {
  it('holds the address with the token, the workflows, what was started and a line to copy', () => {
    const text = greeting(facts);
    expect(text).toContain('http://127.0.0.1:3000/?token=abc\n');
    for (const line of [...facts.workflows, ...facts.autoStarted]) expect(text).toContain(line);
    expect(text).toContain("curl -X POST 'http://127.0.0.1:3000/workflow/start/shop.order'");
    expect(text).toContain("-H 'Authorization: Bearer abc'");
  });

  it('names no token where there is none', () => {
    const text = greeting({ ...facts, token: null });
    expect(text).toContain('http://127.0.0.1:3000/\n');
    expect(text).not.toContain('token=');
  });

  it('takes the first workflow for its example when there is no order', () => {
    expect(greeting({ ...facts, workflows: ['a.b@2.0.0'] })).toContain('/workflow/start/a.b');
    expect(greeting({ ...facts, workflows: [] })).not.toContain('curl');
  });
});
