'use strict';
// Preloaded before jasmine: the compiled specs inside the workflow-es package get our door instead of the sources
// they were written against. Nothing else is touched, and the specs themselves are not changed.
const Module = require('node:module');
const path = require('node:path');
const compat = require('@workflow-runner/engine/compat');
const { MemoryStore } = require('@workflow-runner/store/memory');

const build = path.join(path.dirname(require.resolve('workflow-es/package.json')), 'build');
const specs = path.join(build, 'spec') + path.sep;
const redirected = new Set([
  path.join(build, 'src', 'index.js'),
  path.join(build, 'src', 'services', 'memory-persistence-provider.js'),
]);

/** What was redirected, so that the run can prove that it was. */
const redirections = [];
module.exports = { redirections };

compat.provideStore((clock) => new MemoryStore({ clock }));

const load = Module._load;
Module._load = function (request, parent, isMain) {
  if (parent?.filename?.startsWith(specs) && redirected.has(Module._resolveFilename(request, parent))) {
    redirections.push(request);
    return compat;
  }
  return load.call(this, request, parent, isMain);
};
