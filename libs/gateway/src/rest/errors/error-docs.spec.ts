import { readFileSync } from 'node:fs';
import { ERROR_CODES } from '@workflow-runner/contract';
import { expect, it } from 'vitest';
import { HTTP_STATUS } from './http-status.js';

const ROW = /^\| <a id="([a-z_]+)"><\/a>`([A-Z_]+)` \| (\d{3}) \|/gm;
const text = readFileSync(new URL('../../../../../docs/errors.md', import.meta.url), 'utf8');
const rows = [...text.matchAll(ROW)].map(([, anchor, code, status]) => ({
  anchor,
  code,
  status: Number(status),
}));

it('documents every error code, and no other', () => {
  expect(rows.map(({ code }) => code).sort()).toEqual([...ERROR_CODES].sort());
});

it.each(rows)('documents $code under its anchor, with its HTTP status', ({ anchor, code, status }) => {
  expect(anchor).toBe(code?.toLowerCase());
  expect(status).toBe(HTTP_STATUS[code as keyof typeof HTTP_STATUS]);
});
