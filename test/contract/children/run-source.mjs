// Runs a TypeScript child of the contract tests from the sources, without a build: node run-source.mjs <file> [...]
import { pathToFileURL } from 'node:url';
import { defaultServerConditions, runnerImport } from 'vite';

const conditions = ['@workflow-runner/source', ...defaultServerConditions];
const [file] = process.argv.splice(2, 1);
await runnerImport(pathToFileURL(file).href, {
  configFile: false,
  logLevel: 'error',
  resolve: { conditions },
  ssr: { resolve: { conditions }, noExternal: [/^@workflow-runner\//] },
});
