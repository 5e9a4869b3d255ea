// The same in CommonJS, as an older compiler makes it.
'use strict';
Object.defineProperty(exports, '__esModule', { value: true });
const runner = require('@workflow-runner/runner');

class Sign extends runner.StepBody {
  async run() {
    this.signature = 'legacy';
    return runner.ExecutionResult.next();
  }
}

class Letter {
  build(builder) {
    builder.startWith(Sign).output((step, data) => (data.signature = step.signature));
  }
}

exports.workflows = [
  { nameSpace: 'office', name: 'letter', version: '1.0.0', category: 'workflow', component: new Letter() },
];
