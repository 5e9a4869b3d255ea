import type { InstanceStatus } from '@workflow-runner/contract';
import type { InstanceSummary } from '@workflow-runner/runner';
import { DOCS_PATH } from '../docs-path.js';
import { escaped, page, table } from './html.js';

/** What the page shows. */
export interface PageFacts {
  readonly counts: Readonly<Record<InstanceStatus, number>>;
  /** Full ids. */
  readonly workflows: readonly string[];
  readonly newest: readonly InstanceSummary[];
  /** A command to copy. */
  readonly example: string;
}

const REFRESH_SECONDS = 5;

export function statusPage({ counts, workflows, newest, example }: PageFacts): string {
  const rows = newest.map(({ id, workflowId, status, createdAt }) => [
    id,
    workflowId,
    status,
    createdAt.toISOString(),
  ]);
  const body = [
    '<h2>Instances</h2>',
    table(Object.keys(counts), [Object.values(counts)]),
    '<h2>Workflows</h2>',
    table(
      ['id'],
      workflows.map((id) => [id]),
    ),
    '<h2>Newest</h2>',
    table(['instance', 'workflow', 'status', 'created'], rows),
    '<h2>Start one</h2>',
    `<pre>${escaped(example)}</pre>`,
    `<p><a href="${DOCS_PATH}">All requests</a></p>`,
  ];
  return page(body.join(''), REFRESH_SECONDS);
}

export function lockedPage(hasLocalToken: boolean): string {
  return page(
    hasLocalToken
      ? '<p>Open the address that the server printed when it started; it holds the token.</p>'
      : '<p>This server takes JSON Web Tokens, as <code>Authorization: Bearer</code>. It has no page for browsers.</p>',
  );
}
