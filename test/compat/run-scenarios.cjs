'use strict';
// Forked by scenarios.spec.ts: runs the scenario specs of workflow-es under jasmine and sends the results back.
const { redirections } = require('./redirect.cjs');
const path = require('node:path');
const Jasmine = require('jasmine');

const folder = path.join(
  path.dirname(require.resolve('workflow-es/package.json')),
  'build',
  'spec',
  'scenarios',
);
const results = [];

const jasmine = new Jasmine({ projectBaseDir: folder });
jasmine.loadConfig({ spec_dir: '.', spec_files: ['*.spec.js'], random: false });
jasmine.clearReporters();
jasmine.addReporter({
  specDone({ fullName, status, failedExpectations }) {
    results.push({ fullName, status, problems: failedExpectations.map(({ message }) => message) });
  },
});
jasmine.onComplete(() => process.send({ results, redirections }, () => process.disconnect()));
jasmine.execute();
