import { afterEach, expect, it } from 'vitest';
import { RestLab } from '../../../../../test/rest/host-lab.js';
import { createWorkflowApiDocument } from './create-document.js';

const lab = new RestLab();
afterEach(() => lab.clear());

interface Schema {
  readonly type?: string;
  readonly [key: string]: unknown;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
}

/** A text or a number of a request is bounded by one of these. */
const BOUNDS: Readonly<Record<string, readonly string[]>> = {
  string: ['maxLength', 'enum', 'format', 'pattern'],
  integer: ['maximum'],
};

const isUnbounded = ({ type = '', ...rest }: Schema): boolean =>
  (BOUNDS[type] ?? []).every((bound) => !(bound in rest)) && type in BOUNDS;

it('every text and number that a request may hold has a limit', async () => {
  const { app } = await lab.boot('fastify');
  const document = createWorkflowApiDocument(app);
  const operations = Object.values(document.paths).flatMap(
    (item) => Object.values(item) as unknown as Operation[],
  );
  const parameters = operations.flatMap(({ operationId, parameters: given = [] }) =>
    given
      // The address has a limit of its own, and headers have that of Node.
      .filter((parameter) => parameter.in === 'query')
      .map(({ name, schema }) => [`${operationId} ${name}`, schema] as const),
  );
  const requests = Object.entries(document.components!.schemas!).filter(([name]) => name.endsWith('Request'));
  const fields = requests.flatMap(([name, schema]) =>
    Object.entries((schema as { properties: Record<string, Schema> }).properties).map(
      ([field, own]) => [`${name} ${field}`, own] as const,
    ),
  );
  const all = [...parameters, ...fields];
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter(([, schema]) => isUnbounded(schema)).map(([name]) => name)).toEqual([]);
});
